package catalog

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kubernaut/datastorage/internal/validation"
)

const (
	maxSummaryLength = 500 // characters
	maxSummaryNames  = 5   // in one phrase
	pathVersionNotes = "/version_notes"
	pathSummary      = "/change_summary"
)

// Summary words a diff in one short text of at most 500 characters, as the change summary of a version whose publisher
// gives none. What asks for the greatest bump comes first. Equal diffs have equal summaries, an empty one has none.
//
// Notes and the change summary itself are left out, since they speak of the version, not of the playbook.
func Summary(diff Diff) string {
	if diff.Empty() {
		return ""
	}
	phrases := summaryPhrases(diff.Changes)
	if len(phrases) == 0 {
		return "Only notes changed."
	}
	text := phrases[0]
	for i, phrase := range phrases[1:] {
		rest := fmt.Sprintf("; and %d more", len(phrases)-1-i)
		if utf8.RuneCountInString(text+"; "+phrase+rest+".") > maxSummaryLength {
			text += rest
			break
		}
		text += "; " + phrase
	}
	text = strings.ToUpper(text[:1]) + text[1:] + "."
	if runes := []rune(text); len(runes) > maxSummaryLength {
		text = string(runes[:maxSummaryLength-1]) + "…" // one phrase alone may be too long, with values in escapes
	}
	return text
}

// summaryPhrases words the changes, those with the greatest bump first. Changes of one sort share a phrase.
func summaryPhrases(changes []Change) []string {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int { return b.Bump.rank() - a.Bump.rank() })
	var heads []string
	names := map[string][]string{}
	for _, change := range sorted {
		if change.Path == pathVersionNotes || change.Path == pathSummary {
			continue
		}
		head, name := summaryPhrase(&change)
		if _, known := names[head]; !known {
			heads = append(heads, head)
		}
		names[head] = append(names[head], name)
	}
	phrases := make([]string, len(heads))
	for i, head := range heads {
		phrases[i] = head + joinNames(names[head])
	}
	return phrases
}

// summaryPhrase gives what happened and what it happened to.
func summaryPhrase(change *Change) (head, name string) {
	switch change.Class {
	case ClassLabels:
		return summaryLabel(change)
	case ClassParameters:
		return summaryParameter(change)
	}
	if change.Path == contentPath {
		added, removed := countLines(change.Text)
		what := "text of the content"
		if change.Class == ClassSteps {
			what = "steps in the content"
		}
		return fmt.Sprintf("%s changed (+%d -%d lines)", what, added, removed), ""
	}
	return string(change.Kind) + " ", strings.ReplaceAll(strings.TrimPrefix(change.Path, "/"), "_", " ")
}

func summaryLabel(change *Change) (head, name string) {
	name = strings.TrimPrefix(strings.TrimPrefix(change.Path, labelsPath), customLabels+"/")
	before, after := plainText(change.Old), plainText(change.New)
	if change.Kind == ChangeModified && before != "" {
		return fmt.Sprintf("label %s changed from %q to %q", name, validation.Clip(before), validation.Clip(after)), ""
	}
	return string(change.Kind) + " label ", name
}

func summaryParameter(change *Change) (head, name string) {
	name, attribute, part := strings.Cut(strings.TrimPrefix(change.Path, parametersPath+"/"), "/")
	switch {
	case change.Path == parametersPath:
		return "reordered parameters", ""
	case !part:
		return string(change.Kind) + " parameter ", name
	default:
		return fmt.Sprintf("%s %s of parameter ", change.Kind, strings.ReplaceAll(attribute, "_", " ")), name
	}
}

// joinNames lists the first few names.
func joinNames(names []string) string {
	if len(names) > maxSummaryNames {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxSummaryNames], ", "), len(names)-maxSummaryNames)
	}
	return strings.Join(names, ", ")
}
