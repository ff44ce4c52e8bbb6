package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/wI2L/jsondiff"
)

// Bounds of looking for a small patch inside one member of a document. Beyond them the member is replaced, or its
// arrays are compared by place.
const (
	maxPatchDepth = 32
	maxPatchCost  = 2_000_000 // comparisons of values
)

// patchOperation is one operation of a JSON Patch.
type patchOperation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// JSONPatch gives the JSON Patch (RFC 6902) that turns one JSON object into another, `[]` when they are equal. Numbers
// keep all their digits.
//
// A member of the document is replaced as a whole where that is shorter than to change what is in it, so that a patch is
// at most as long as the new document, and a `remove` or the frame of an operation for each of its members. Time is
// bounded by the size of both documents. An error says which document is not a JSON object.
func JSONPatch(from, to []byte) ([]byte, error) {
	before, err := decodeObject(from)
	if err != nil {
		return nil, fmt.Errorf("document to patch: %w", err)
	}
	after, err := decodeObject(to)
	if err != nil {
		return nil, fmt.Errorf("patched document: %w", err)
	}
	patch := []patchOperation{}
	for _, name := range unionKeys(before, after) {
		path := "/" + pointerSegment(name)
		switch {
		case !hasKey(after, name):
			patch = append(patch, patchOperation{Op: jsondiff.OperationRemove, Path: path})
		case !hasKey(before, name):
			patch = append(patch, patchOperation{Op: jsondiff.OperationAdd, Path: path, Value: jsonValue(after[name])})
		case !equalTrees(before[name], after[name]):
			patch = append(patch, patchMember(path, before[name], after[name])...)
		}
	}
	return jsonValue(patch), nil
}

func decodeObject(document []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("is not a JSON object: %w", err)
	}
	if _, err := decoder.Token(); object == nil || !errors.Is(err, io.EOF) {
		return nil, errors.New("is not one JSON object")
	}
	return object, nil
}

// patchMember gives the shorter one of the operations inside a member and the replacement of it.
func patchMember(path string, before, after any) []patchOperation {
	whole := []patchOperation{{Op: jsondiff.OperationReplace, Path: path, Value: jsonValue(after)}}
	parts := patchInside(path, before, after)
	if parts == nil || len(jsonValue(parts)) > len(jsonValue(whole)) {
		return whole
	}
	return parts
}

// patchInside gives nil when two values are no containers of one kind, or are too deep to be compared in bounded time.
func patchInside(path string, before, after any) []patchOperation {
	if !sameContainer(before, after) || !fitsDepth(before, maxPatchDepth) || !fitsDepth(after, maxPatchDepth) {
		return nil
	}
	var options []jsondiff.Option
	if sequenceCost(before)+sequenceCost(after) <= maxPatchCost {
		options = append(options, jsondiff.LCS())
	}
	operations, err := jsondiff.CompareWithoutMarshal(before, after, options...)
	if err != nil {
		return nil // a type that no JSON decodes to
	}
	patch := make([]patchOperation, len(operations))
	for i, operation := range operations {
		patch[i] = patchOperation{Op: operation.Type, Path: path + operation.Path}
		if operation.Type != jsondiff.OperationRemove {
			patch[i].Value = jsonValue(operation.Value)
		}
	}
	return patch
}

func sameContainer(a, b any) bool {
	switch a.(type) {
	case map[string]any:
		_, ok := b.(map[string]any)
		return ok
	case []any:
		_, ok := b.([]any)
		return ok
	default:
		return false
	}
}

// sequenceCost estimates the comparisons of values that the longest common subsequences of all arrays take: each item
// is compared with each.
func sequenceCost(tree any) int {
	cost, _ := costAndSize(tree)
	return cost
}

func costAndSize(tree any) (cost, size int) {
	size = 1
	switch tree := tree.(type) {
	case []any:
		for _, item := range tree {
			c, s := costAndSize(item)
			cost, size = cost+c, size+s
		}
		cost += len(tree) * size
	case map[string]any:
		for _, item := range tree {
			c, s := costAndSize(item)
			cost, size = cost+c, size+s
		}
	}
	return cost, size
}
