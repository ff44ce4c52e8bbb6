package catalog

import "slices"

const contentPath = "/content"

// compareContent gives the change of the content as a whole, and puts the changes inside it into the diff.
func compareContent(diff *Diff, from, to *Draft) []finding {
	if from.Content == to.Content {
		return nil
	}
	change := Change{
		Path: contentPath, Kind: ChangeModified, Class: ClassText,
		Text: textDiff(from.Version+contentPath, to.Version+contentPath, from.Content, to.Content),
	}
	if compareSteps(diff, from, to) {
		change.Class = ClassSteps
	}
	return []finding{{Change: change}}
}

// compareSteps reports whether commands changed. When that cannot be told it says so, since a warning too many costs
// less than a step that changed unnoticed.
func compareSteps(diff *Diff, from, to *Draft) bool {
	if !isStructured(from.ContentType) && !isStructured(to.ContentType) {
		return !slices.Equal(codeBlocks(from.Content), codeBlocks(to.Content))
	}
	if !isStructured(from.ContentType) || !isStructured(to.ContentType) {
		return true
	}
	before, err := parseTree(from)
	if err != nil {
		diff.ContentNotCompared = err.Error()
		return true
	}
	after, err := parseTree(to)
	if err != nil {
		diff.ContentNotCompared = err.Error()
		return true
	}
	var c treeComparison
	if len(before) == 1 && len(after) == 1 {
		c.compare(nil, before[0], after[0])
	} else {
		c.compare(nil, before, after)
	}
	diff.ContentChanges, diff.ContentChangesOmitted = c.changes, c.omitted
	return c.steps
}

func isStructured(contentType ContentType) bool {
	return contentType == ContentYAML || contentType == ContentJSON
}
