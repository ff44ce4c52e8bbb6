package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	maxPathBytes      = 256 << 10 // of all content changes together: a long key may stand above each of them
	maxDescriptiveKey = 32        // bytes; longer keys are none of descriptiveKeys
)

// descriptiveKeys are the keys of a YAML or JSON content whose values are for people only. Any other value may be read
// by what runs the playbook, so that its change counts as a change of steps. Keys are compared in lower case without
// separators.
var descriptiveKeys = []string{
	"author", "authors", "comment", "comments", "description", "displayname", "documentation", "maintainer",
	"maintainers", "note", "notes", "owner", "summary", "title",
}

var withoutSeparators = strings.NewReplacer("_", "", "-", "")

// treeComparison collects the changes between two parsed contents.
type treeComparison struct {
	changes   []Change
	omitted   int
	pathBytes int
	steps     bool // whether a change, reported or omitted, is one of steps
}

// place is where a value stands in a content; nil is the root. Its path is written only when a change is reported.
type place struct {
	parent *place
	key    string // of a mapping
	index  int    // of a sequence, when inList
	inList bool
}

func (p *place) child(key string) *place { return &place{parent: p, key: key} }

func (p *place) item(index int) *place { return &place{parent: p, index: index, inList: true} }

func (p *place) pointer() string {
	var segments []string
	for ; p != nil; p = p.parent {
		segment := pointerSegment(p.key)
		if p.inList {
			segment = strconv.Itoa(p.index)
		}
		segments = append(segments, "/"+segment)
	}
	slices.Reverse(segments)
	return strings.Join(segments, "")
}

// class gives the class of a change by the nearest key of a mapping, this one or above.
func (p *place) class() ChangeClass {
	for p != nil && p.inList {
		p = p.parent
	}
	if p != nil && isDescriptive(p.key) {
		return ClassText
	}
	return ClassSteps
}

func isDescriptive(key string) bool {
	if len(key) > maxDescriptiveKey {
		return false
	}
	return slices.Contains(descriptiveKeys, withoutSeparators.Replace(strings.ToLower(key)))
}

func (c *treeComparison) add(at *place, kind ChangeKind, before, after any) {
	class := at.class()
	c.steps = c.steps || class == ClassSteps
	if len(c.changes) == MaxContentChanges || c.pathBytes > maxPathBytes {
		c.omitted++
		return
	}
	change := Change{Path: at.pointer(), Kind: kind, Class: class}
	c.pathBytes += len(change.Path)
	if kind != ChangeAdded {
		change.Old = jsonValue(before)
	}
	if kind != ChangeRemoved {
		change.New = jsonValue(after)
	}
	change.Bump = judgeChange(&finding{Change: change}).Bump
	c.changes = append(c.changes, change)
}

func (c *treeComparison) compare(at *place, before, after any) {
	switch before := before.(type) {
	case map[string]any:
		if after, ok := after.(map[string]any); ok {
			c.compareMappings(at, before, after)
			return
		}
	case []any:
		if after, ok := after.([]any); ok {
			c.compareSequences(at, before, after)
			return
		}
	}
	if !equalTrees(before, after) {
		c.add(at, ChangeModified, before, after)
	}
}

func (c *treeComparison) compareMappings(at *place, before, after map[string]any) {
	for _, key := range unionKeys(before, after) {
		switch child := at.child(key); {
		case !hasKey(before, key):
			c.add(child, ChangeAdded, nil, after[key])
		case !hasKey(after, key):
			c.add(child, ChangeRemoved, before[key], nil)
		default:
			c.compare(child, before[key], after[key])
		}
	}
}

// compareSequences matches the items of sequences by name when they have names, else by place. When there are more
// items on one side, it first leaves out those that both sides begin and end with.
func (c *treeComparison) compareSequences(at *place, before, after []any) {
	start := 0
	if len(before) != len(after) {
		start, before, after = trimCommon(before, after)
	}
	if names, ok := matchNames(before, after); ok {
		c.compareNamed(at, start, names, before, after)
		return
	}
	for i := range max(len(before), len(after)) {
		place := at.item(start + i)
		switch {
		case i >= len(before):
			c.add(place, ChangeAdded, nil, after[i])
		case i >= len(after):
			c.add(place, ChangeRemoved, before[i], nil)
		default:
			c.compare(place, before[i], after[i])
		}
	}
}

// trimCommon cuts off the items that two sequences begin and end with, and says how many they begin with.
func trimCommon(before, after []any) (start int, restBefore, restAfter []any) {
	for start < min(len(before), len(after)) && equalTrees(before[start], after[start]) {
		start++
	}
	before, after = before[start:], after[start:]
	for len(before) > 0 && len(after) > 0 && equalTrees(before[len(before)-1], after[len(after)-1]) {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	return start, before, after
}

// namedItems are two sequences whose items are known by their names.
type namedItems struct {
	before, after []string       // the names in their order
	was, is       map[string]int // the places of the names
}

// matchNames names the items of two sequences. It reports false when an item has no name or the name of another, or
// when no name is in both.
func matchNames(before, after []any) (namedItems, bool) {
	var names namedItems
	var named, alsoNamed bool
	names.before, names.was, named = itemNames(before)
	names.after, names.is, alsoNamed = itemNames(after)
	common := slices.ContainsFunc(names.before, func(name string) bool { return hasKey(names.is, name) })
	return names, named && alsoNamed && common
}

func itemNames(items []any) ([]string, map[string]int, bool) {
	names, places := make([]string, len(items)), make(map[string]int, len(items))
	for i, item := range items {
		mapping, ok := item.(map[string]any)
		if !ok {
			return nil, nil, false
		}
		name, ok := mapping["name"].(string)
		if !ok || hasKey(places, name) {
			return nil, nil, false
		}
		names[i], places[name] = name, i
	}
	return names, places, true
}

func (c *treeComparison) compareNamed(at *place, start int, names namedItems, before, after []any) {
	var was, is []string
	for i, name := range names.before {
		if !hasKey(names.is, name) {
			c.add(at.item(start+i), ChangeRemoved, before[i], nil)
			continue
		}
		was = append(was, name)
	}
	for i, name := range names.after {
		if !hasKey(names.was, name) {
			c.add(at.item(start+i), ChangeAdded, nil, after[i])
			continue
		}
		is = append(is, name)
		c.compare(at.item(start+i), before[names.was[name]], after[i])
	}
	if !slices.Equal(was, is) {
		c.add(at, ChangeReordered, was, is)
	}
}

func hasKey[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

func equalTrees(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equalTrees)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equalTrees)
	default:
		switch b.(type) {
		case map[string]any, []any:
			return false // not comparable with ==
		}
		return a == b
	}
}
