package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// ParameterType is the type of a parameter's value.
type ParameterType string

// The types of parameters.
const (
	ParameterString  ParameterType = "string"
	ParameterInteger ParameterType = "integer"
	ParameterNumber  ParameterType = "number"
	ParameterBoolean ParameterType = "boolean"
	ParameterArray   ParameterType = "array"
)

// Bounds of parameters.
const (
	maxParameters        = 100
	maxParameterName     = 63
	maxParameterNote     = 2000
	maxPatternLength     = 500
	maxEnumValues        = 100
	maxDependencies      = 20
	maxParameterValueLen = 10_000 // bytes of JSON
)

var parameterName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// Parameter is one input of a playbook. Values are JSON texts, so that no number loses digits.
type Parameter struct {
	Name        string            `json:"name"`
	Type        ParameterType     `json:"type"`
	Required    bool              `json:"required"`
	Description string            `json:"description,omitempty"`
	Enum        []json.RawMessage `json:"enum,omitempty"`
	Pattern     string            `json:"pattern,omitempty"` // RE2
	Minimum     *float64          `json:"minimum,omitempty"`
	Maximum     *float64          `json:"maximum,omitempty"`
	Default     json.RawMessage   `json:"default,omitempty"`
	DependsOn   []string          `json:"depends_on,omitempty"`
}

// Equal compares two normalised parameters.
func (p Parameter) Equal(other Parameter) bool {
	return p.Name == other.Name && p.Type == other.Type && p.Required == other.Required &&
		p.Description == other.Description && p.Pattern == other.Pattern &&
		equalPointer(p.Minimum, other.Minimum) && equalPointer(p.Maximum, other.Maximum) &&
		bytes.Equal(p.Default, other.Default) && slices.Equal(p.DependsOn, other.DependsOn) &&
		slices.EqualFunc(p.Enum, other.Enum, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}

func normaliseParameters(v *validation.Violations, parameters []Parameter) []Parameter {
	if len(parameters) > maxParameters {
		v.Add("/parameters", "must have at most %d items", maxParameters)
		return nil
	}
	normal := make([]Parameter, len(parameters))
	names := make(map[string]bool, len(parameters))
	for i, p := range parameters {
		pointer := fmt.Sprintf("/parameters/%d", i)
		if names[p.Name] {
			v.Add(pointer+"/name", "%s is declared twice", validation.Clip(p.Name))
		}
		names[p.Name] = true
		normal[i] = p.normalise(v, pointer)
	}
	for i, p := range normal {
		checkDependencies(v, fmt.Sprintf("/parameters/%d/depends_on", i), p, names)
	}
	return normal
}

func (p Parameter) normalise(v *validation.Violations, pointer string) Parameter {
	if len(p.Name) > maxParameterName || !parameterName.MatchString(p.Name) {
		v.Add(pointer+"/name", "must be UPPER_SNAKE with at most %d characters", maxParameterName)
	}
	v.Text(pointer+"/description", p.Description, maxParameterNote)
	pattern := p.checkPattern(v, pointer)
	p.checkRange(v, pointer)
	if len(p.Enum) > maxEnumValues {
		v.Add(pointer+"/enum", "must have at most %d values", maxEnumValues)
		return p
	}
	p.Enum = slices.Clone(p.Enum)
	for i := range p.Enum {
		p.Enum[i] = p.normaliseValue(v, fmt.Sprintf("%s/enum/%d", pointer, i), p.Enum[i], pattern)
	}
	if len(p.Default) > 0 {
		p.Default = p.normaliseValue(v, pointer+"/default", p.Default, pattern)
		p.checkDefaultInEnum(v, pointer+"/default")
	}
	return p
}

func (p *Parameter) checkPattern(v *validation.Violations, pointer string) *regexp.Regexp {
	if p.Pattern == "" {
		return nil
	}
	v.Text(pointer+"/pattern", p.Pattern, maxPatternLength)
	if p.Type != ParameterString {
		v.Add(pointer+"/pattern", "only a string can have a pattern")
	}
	pattern, err := regexp.Compile(p.Pattern)
	if err != nil {
		v.Add(pointer+"/pattern", "must be an RE2 expression")
	}
	return pattern
}

func (p *Parameter) checkRange(v *validation.Violations, pointer string) {
	if (p.Minimum != nil || p.Maximum != nil) && p.Type != ParameterInteger && p.Type != ParameterNumber {
		v.Add(pointer, "only an integer or a number can have a minimum or a maximum")
	}
	if p.Minimum != nil && p.Maximum != nil && *p.Minimum > *p.Maximum {
		v.Add(pointer+"/minimum", "must not be greater than the maximum")
	}
}

// normaliseValue gives a value in one spelling, and checks it against the parameter's own rules.
func (p *Parameter) normaliseValue(v *validation.Violations, pointer string, raw json.RawMessage, pattern *regexp.Regexp) json.RawMessage {
	if len(raw) > maxParameterValueLen {
		v.Add(pointer, "must have at most %d bytes", maxParameterValueLen)
		return nil
	}
	value, err := decodeJSON(raw)
	if err != nil {
		v.Add(pointer, "must be a JSON value")
		return nil
	}
	checkValueText(v, pointer, value)
	if !p.accepts(value) {
		v.Add(pointer, "must be of the parameter's type %s", validation.Clip(string(p.Type)))
		return nil
	}
	if text, ok := value.(string); ok && pattern != nil && !pattern.MatchString(text) {
		v.Add(pointer, "does not match the parameter's pattern")
	}
	if number, ok := value.(json.Number); ok {
		p.checkBounds(v, pointer, number)
	}
	compact, err := json.Marshal(value)
	if err != nil {
		v.Add(pointer, "must be a JSON value")
	}
	return compact
}

func decodeJSON(raw json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// checkValueText looks for NUL in every text of a value, since PostgreSQL cannot store it.
func checkValueText(v *validation.Violations, pointer string, value any) {
	switch value := value.(type) {
	case string:
		if strings.ContainsRune(value, 0) {
			v.Add(pointer, "must not contain NUL characters")
		}
	case []any:
		for _, item := range value {
			checkValueText(v, pointer, item)
		}
	case map[string]any:
		for key, item := range value {
			checkValueText(v, pointer, key)
			checkValueText(v, pointer, item)
		}
	}
}

func (p *Parameter) accepts(value any) bool {
	switch value := value.(type) {
	case string:
		return p.Type == ParameterString
	case bool:
		return p.Type == ParameterBoolean
	case []any:
		return p.Type == ParameterArray
	case json.Number:
		return p.Type == ParameterNumber || p.Type == ParameterInteger && isInteger(value)
	default:
		return false
	}
}

func isInteger(n json.Number) bool {
	_, err := n.Int64()
	return err == nil
}

func (p *Parameter) checkBounds(v *validation.Violations, pointer string, number json.Number) {
	value, err := number.Float64()
	if err != nil {
		v.Add(pointer, "must be a number that a double can hold")
		return
	}
	if p.Minimum != nil && value < *p.Minimum || p.Maximum != nil && value > *p.Maximum {
		v.Add(pointer, "is outside the parameter's minimum and maximum")
	}
}

func (p *Parameter) checkDefaultInEnum(v *validation.Violations, pointer string) {
	if len(p.Enum) == 0 || p.Default == nil {
		return
	}
	if !slices.ContainsFunc(p.Enum, func(allowed json.RawMessage) bool { return bytes.Equal(allowed, p.Default) }) {
		v.Add(pointer, "must be one of the parameter's enum values")
	}
}

func checkDependencies(v *validation.Violations, pointer string, p Parameter, names map[string]bool) {
	if len(p.DependsOn) > maxDependencies {
		v.Add(pointer, "must have at most %d names", maxDependencies)
		return
	}
	for i, name := range p.DependsOn {
		switch {
		case name == p.Name:
			v.Add(fmt.Sprintf("%s/%d", pointer, i), "a parameter cannot depend on itself")
		case !names[name]:
			v.Add(fmt.Sprintf("%s/%d", pointer, i), "there is no parameter %s", validation.Clip(name))
		}
	}
}
