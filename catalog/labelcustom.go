package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Bounds of custom labels, the same in every label schema. Lengths are in characters; MaxLabelLength bounds their values.
const (
	MaxCustomKeys      = 10
	MaxCustomValues    = 5 // of one key
	MaxCustomKeyLength = 63
)

func normaliseCustom(v *validation.Violations, custom map[string][]string) map[string][]string {
	if len(custom) == 0 {
		return nil
	}
	const root = "/labels/" + customLabels
	if len(custom) > MaxCustomKeys {
		v.Add(root, "must have at most %d keys", MaxCustomKeys)
		return nil
	}
	seen := make(map[string]string, len(custom))
	for _, key := range slices.Sorted(maps.Keys(custom)) {
		pointer := root + "/" + validation.Escape(key)
		checkCustomKey(v, pointer, key)
		if twin, dup := seen[Fold(key)]; dup {
			v.Add(pointer, "differs from %q in case only", twin)
		}
		seen[Fold(key)] = key
		checkCustomValues(v, pointer, custom[key])
	}
	return custom
}

func checkCustomKey(v *validation.Violations, pointer, key string) {
	if strings.TrimSpace(key) != key || key == "" {
		v.Add(pointer, "a key must not be empty or begin or end with white space")
	}
	if strings.Contains(key, ":") {
		v.Add(pointer, "a key must not contain a colon, which separates key and value in filters")
	}
	v.Line(pointer, key, MaxCustomKeyLength)
}

func checkCustomValues(v *validation.Violations, pointer string, values []string) {
	if len(values) == 0 || len(values) > MaxCustomValues {
		v.Add(pointer, "must have 1 to %d values", MaxCustomValues)
		return
	}
	seen := make(map[string]bool, len(values))
	for _, value := range values {
		if strings.TrimSpace(value) != value || value == "" {
			v.Add(pointer, "a value must not be empty or begin or end with white space")
		}
		if seen[Fold(value)] {
			v.Add(pointer, "has the value %q twice", validation.Clip(value))
		}
		seen[Fold(value)] = true
		v.Line(pointer, value, MaxLabelLength)
	}
}
