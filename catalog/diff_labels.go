package catalog

import (
	"encoding/json"
	"maps"
	"slices"
)

const labelsPath = "/labels/"

func compareLabels(from, to Labels) []finding {
	var findings []finding
	for _, name := range unionKeys(from.Values, to.Values) {
		before, was := from.Values[name]
		after, is := to.Values[name]
		change, differs := compareJSON(labelsPath+pointerSegment(name), ClassLabels,
			presentValue(was, before), presentValue(is, after))
		if differs {
			spelling := was && is && Fold(before) == Fold(after)
			findings = append(findings, finding{Change: change, name: name, spelling: spelling})
		}
	}
	return append(findings, compareCustomLabels(from.Custom, to.Custom)...)
}

func compareCustomLabels(from, to map[string][]string) []finding {
	var findings []finding
	for _, key := range unionKeys(from, to) {
		before, was := from[key]
		after, is := to[key]
		path := labelsPath + customLabels + "/" + pointerSegment(key)
		change, differs := compareJSON(path, ClassLabels, presentValue(was, before), presentValue(is, after))
		if !differs {
			continue
		}
		if was && is && sameItems(before, after) {
			change.Kind = ChangeReordered
		}
		spelling := was && is && slices.Equal(foldedSet(before), foldedSet(after))
		findings = append(findings, finding{Change: change, name: key, spelling: spelling})
	}
	return findings
}

// foldedSet gives values as filters compare them.
func foldedSet(values []string) []string {
	folded := make([]string, len(values))
	for i, value := range values {
		folded[i] = Fold(value)
	}
	slices.Sort(folded)
	return folded
}

func presentValue(present bool, value any) json.RawMessage {
	if !present {
		return nil
	}
	return jsonValue(value)
}

// unionKeys gives the keys of both maps, sorted.
func unionKeys[V any](a, b map[string]V) []string {
	union := make(map[string]V, max(len(a), len(b)))
	maps.Copy(union, a)
	maps.Copy(union, b)
	return slices.Sorted(maps.Keys(union))
}
