package catalog

import (
	"encoding/json"
	"slices"
)

const (
	parametersPath = "/parameters"

	attributeType        = "type"
	attributeRequired    = "required"
	attributeDescription = "description"
	attributeEnum        = "enum"
	attributePattern     = "pattern"
	attributeMinimum     = "minimum"
	attributeMaximum     = "maximum"
	attributeDefault     = "default"
	attributeDependsOn   = "depends_on"
)

// parameterAttributes are all members of a parameter but its name; value gives nil for what was left out.
var parameterAttributes = []struct {
	name  string
	value func(p *Parameter) json.RawMessage
}{
	{attributeType, func(p *Parameter) json.RawMessage { return jsonValue(p.Type) }},
	{attributeRequired, func(p *Parameter) json.RawMessage { return jsonValue(p.Required) }},
	{attributeDescription, func(p *Parameter) json.RawMessage { return textValue(p.Description) }},
	{attributeEnum, func(p *Parameter) json.RawMessage { return listValue(p.Enum) }},
	{attributePattern, func(p *Parameter) json.RawMessage { return textValue(p.Pattern) }},
	{attributeMinimum, func(p *Parameter) json.RawMessage { return optionalValue(p.Minimum) }},
	{attributeMaximum, func(p *Parameter) json.RawMessage { return optionalValue(p.Maximum) }},
	{attributeDefault, func(p *Parameter) json.RawMessage { return defaultValue(p.Default) }},
	{attributeDependsOn, func(p *Parameter) json.RawMessage { return listValue(p.DependsOn) }},
}

func compareParameters(from, to []Parameter) []finding {
	before, after := parametersByName(from), parametersByName(to)
	var findings []finding
	for _, name := range unionKeys(before, after) {
		findings = append(findings, compareParameter(name, before[name], after[name])...)
	}
	was, is := commonNames(from, after), commonNames(to, before)
	if !slices.Equal(was, is) {
		findings = append(findings, finding{Change: Change{
			Path: parametersPath, Kind: ChangeReordered, Class: ClassParameters, Old: jsonValue(was), New: jsonValue(is),
		}})
	}
	return findings
}

func compareParameter(name string, before, after *Parameter) []finding {
	path := parametersPath + "/" + pointerSegment(name)
	whole := finding{name: name, before: before, after: after}
	if before == nil || after == nil {
		whole.Change, _ = compareJSON(path, ClassParameters, optionalValue(before), optionalValue(after))
		return []finding{whole}
	}
	var findings []finding
	for _, attribute := range parameterAttributes {
		part := whole
		part.attribute = attribute.name
		var differs bool
		part.Change, differs = compareJSON(path+"/"+attribute.name, ClassParameters,
			attribute.value(before), attribute.value(after))
		if !differs {
			continue
		}
		if attribute.name == attributeEnum && sameItems(rawTexts(before.Enum), rawTexts(after.Enum)) ||
			attribute.name == attributeDependsOn && sameItems(before.DependsOn, after.DependsOn) {
			part.Kind = ChangeReordered
		}
		findings = append(findings, part)
	}
	return findings
}

func parametersByName(parameters []Parameter) map[string]*Parameter {
	byName := make(map[string]*Parameter, len(parameters))
	for i := range parameters {
		byName[parameters[i].Name] = &parameters[i]
	}
	return byName
}

// commonNames gives the names of the parameters that the other side has too, in their order.
func commonNames(parameters []Parameter, other map[string]*Parameter) []string {
	var names []string
	for _, p := range parameters {
		if other[p.Name] != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

func listValue[T any](values []T) json.RawMessage {
	if len(values) == 0 {
		return nil
	}
	return jsonValue(values)
}

func defaultValue(value json.RawMessage) json.RawMessage {
	if len(value) == 0 {
		return nil
	}
	return jsonValue(value)
}

// rawTexts makes JSON values comparable as texts.
func rawTexts(values []json.RawMessage) []string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return texts
}

// sameItems reports whether two lists differ in their order only.
func sameItems(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
