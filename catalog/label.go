package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Names of the labels that the service itself reads; a label schema may define more.
const (
	LabelSignalType         = "signal_type"
	LabelSeverity           = "severity"
	LabelComponent          = "component"
	LabelEnvironment        = "environment"
	LabelPriority           = "priority"
	LabelRiskTolerance      = "risk_tolerance"
	LabelBusinessCategory   = "business_category"
	LabelResourceManagement = "resource_management"
	LabelGitOpsTool         = "gitops_tool"
)

// customLabels is the member of the label object that holds the custom labels.
const customLabels = "custom_labels"

// Labels are the labels of one version: one value for each name of the schema, and custom labels with several values.
type Labels struct {
	Values map[string]string
	Custom map[string][]string
}

// Get gives the value of a label of the schema, or the empty string.
func (l Labels) Get(name string) string { return l.Values[name] }

// Equal compares names, values and their order exactly.
func (l Labels) Equal(other Labels) bool {
	return maps.Equal(l.Values, other.Values) && maps.EqualFunc(l.Custom, other.Custom, slices.Equal)
}

// Terms gives every label as one folded text, `name:value` or `custom_labels:key:value`, sorted. Two label sets match
// in a filter exactly when the terms of one contain those of the other.
func (l Labels) Terms() []string {
	terms := make([]string, 0, len(l.Values)+len(l.Custom))
	for name, value := range l.Values {
		terms = append(terms, name+":"+Fold(value))
	}
	terms = append(terms, l.CustomTerms()...)
	slices.Sort(terms)
	return terms
}

// Fold gives the form in which labels are compared.
func Fold(s string) string { return strings.ToLower(s) }

// MarshalJSON writes one flat object, with the custom labels as its member custom_labels.
func (l Labels) MarshalJSON() ([]byte, error) {
	// By hand, since every result of a search has labels, and a map of any takes several times as long.
	object := make([]byte, 0, 256)
	for _, name := range slices.Sorted(maps.Keys(l.Values)) {
		object = appendText(append(object, ','), name)
		object = appendText(append(object, ':'), l.Values[name])
	}
	if len(l.Custom) > 0 {
		custom, err := json.Marshal(l.Custom)
		if err != nil {
			return nil, err
		}
		object = append(appendText(append(object, ','), customLabels), ':')
		object = append(object, custom...)
	}
	if len(object) == 0 {
		return []byte("{}"), nil
	}
	object[0] = '{' // in the place of the first comma
	return append(object, '}'), nil
}

// appendText appends a text as JSON.
func appendText(to []byte, text string) []byte {
	special := func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
	if strings.ContainsFunc(text, special) {
		return append(to, jsonValue(text)...)
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"')
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Labels) UnmarshalJSON(data []byte) error {
	var flat map[string]json.RawMessage
	if err := json.Unmarshal(data, &flat); err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	read := Labels{Values: make(map[string]string, len(flat))}
	for name, raw := range flat {
		if name == customLabels {
			if err := json.Unmarshal(raw, &read.Custom); err != nil {
				return fmt.Errorf("labels: %s: %w", name, err)
			}
			continue
		}
		var value string
		if err := json.Unmarshal(raw, &value); err != nil {
			return fmt.Errorf("labels: %s: %w", name, err)
		}
		read.Values[name] = value
	}
	*l = read
	return nil
}
