package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// ChangeKind says what happened to a value.
type ChangeKind string

// What may happen to a value. A list whose items are the same in another order is reordered; its old and new value are
// then the names, or the values, in their order.
const (
	ChangeAdded     ChangeKind = "added"
	ChangeRemoved   ChangeKind = "removed"
	ChangeModified  ChangeKind = "changed"
	ChangeReordered ChangeKind = "reordered"
)

// ChangeClass says what part of a playbook a change is about.
type ChangeClass string

// The classes of changes. Content whose commands are the same has changed as text only.
const (
	ClassText       ChangeClass = "text"
	ClassMetadata   ChangeClass = "metadata"
	ClassLabels     ChangeClass = "labels"
	ClassParameters ChangeClass = "parameters"
	ClassSteps      ChangeClass = "steps"
)

// MaxContentChanges bounds Diff.ContentChanges.
const MaxContentChanges = 1000

// Change is one difference between two versions.
type Change struct {
	// Path points into what the publisher wrote (RFC 6901), e.g. /labels/severity. A parameter is known by its name
	// instead of its place: /parameters/NAMESPACE/default.
	Path  string
	Kind  ChangeKind
	Class ChangeClass
	Bump  Bump // the smallest version bump that this change asks for by itself

	// Old and New are JSON values; Old is nil for what was added, New for what was removed. The content has neither.
	Old json.RawMessage
	New json.RawMessage
	// Text is a unified diff for the content and for texts of several lines, else empty. It turns the old text into the
	// new one, and holds no line of either text twice.
	Text string
}

// Diff says what differs between two versions in what their publishers wrote.
type Diff struct {
	From    string // the version that is compared
	To      string // the version that it is compared with
	Changes []Change

	// ContentChanges are the differences inside the content when both contents are YAML or JSON. Their paths point into
	// the parsed content, of what was removed into the old one, of all else into the new one. When a content has several
	// YAML documents, the first segment is the number of the document, from 0. The list has at most MaxContentChanges
	// items; ContentChangesOmitted says how many more there are.
	ContentChanges        []Change
	ContentChangesOmitted int
	// ContentNotCompared says why contents of YAML or JSON were not compared by path. It is empty when they were.
	ContentNotCompared string

	SuggestedBump Bump         // the greatest bump that a change asks for, BumpNone without changes
	Reasons       []BumpReason // the changes that ask for it
}

// Empty reports whether the two versions say the same.
func (d *Diff) Empty() bool { return len(d.Changes) == 0 }

// Compare gives what differs between two stored versions, in either order. It compares what the publishers wrote, except
// the version itself, which is From and To, and the content hash, which follows from the content.
//
// Time and memory grow with the size of both versions only, whatever they hold: YAML aliases are compared by name and
// never expanded, and a text diff of contents that have little in common is coarser than the smallest one. The text
// diff of two contents is at most as long as both, and one byte for each of their lines, plus its headers.
func Compare(from, to Version) Diff {
	diff := Diff{From: from.Version, To: to.Version}
	findings := compareFields(&from.Draft, &to.Draft)
	findings = append(findings, compareLabels(from.Labels, to.Labels)...)
	findings = append(findings, compareParameters(from.Parameters, to.Parameters)...)
	findings = append(findings, compareContent(&diff, &from.Draft, &to.Draft)...)
	diff.judge(findings)
	return diff
}

// finding is a change together with what the bump rules want to know of it.
type finding struct {
	Change

	name      string     // of the label or parameter
	attribute string     // member of the parameter; empty for the parameter as a whole
	before    *Parameter // nil when added
	after     *Parameter // nil when removed
	spelling  bool       // a label that every filter compares as before
}

// compareJSON gives the change from one JSON value to another, of which nil is none. It reports false when they are equal.
func compareJSON(path string, class ChangeClass, before, after json.RawMessage) (Change, bool) {
	change := Change{Path: path, Kind: ChangeModified, Class: class, Old: before, New: after}
	switch {
	case bytes.Equal(before, after):
		return Change{}, false
	case before == nil:
		change.Kind = ChangeAdded
	case after == nil:
		change.Kind = ChangeRemoved
	}
	return change, true
}

// jsonValue writes a value as JSON without escaping what is only special in HTML. What JSON cannot hold, which no
// normalised draft has, becomes a text.
func jsonValue(value any) json.RawMessage {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return jsonValue(fmt.Sprint(value))
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointerSegment escapes a name for a JSON pointer, in full length.
func pointerSegment(name string) string { return pointerEscapes.Replace(name) }
