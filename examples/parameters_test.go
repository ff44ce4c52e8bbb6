package examples

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var parameterName = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

func TestPlaceholdersAndParametersAgree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		declared := map[string]bool{}
		for _, p := range m.Parameters {
			require.False(t, declared[p.Name], "%s is declared twice", p.Name)
			declared[p.Name] = true
		}
		used := map[string]bool{}
		for _, name := range placeholders(m.Content) {
			used[name] = true
		}
		require.Equal(t, declared, used)
	})
}

func TestParametersAreWellFormed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		names := make([]string, 0, len(m.Parameters))
		for _, p := range m.Parameters {
			names = append(names, p.Name)
		}
		for _, p := range m.Parameters {
			require.Regexp(t, parameterName, p.Name)
			require.NotEmpty(t, p.Description, p.Name)
			require.False(t, p.Required && p.Default != nil, "%s: a required parameter has no default", p.Name)
			for _, other := range p.DependsOn {
				require.NotEqual(t, p.Name, other, "%s depends on itself", p.Name)
				require.Contains(t, names, other, "%s depends on it", p.Name)
			}
			requireBounded(t, p)
		}
	})
}

// requireBounded checks what a value may be. Values are pasted into shell
// commands, so a string without a pattern or an enumeration is refused.
func requireBounded(t *testing.T, p parameter) {
	t.Helper()
	switch p.Type {
	case "string":
		require.True(t, p.Pattern != "" || len(p.Enum) > 0, "%s takes any text", p.Name)
		require.Nil(t, p.Minimum, p.Name)
		require.Nil(t, p.Maximum, p.Name)
	case "integer", "number":
		require.True(t, p.Minimum != nil && p.Maximum != nil || len(p.Enum) > 0, "%s takes any number", p.Name)
		require.Empty(t, p.Pattern, p.Name)
	case "boolean", "array":
		require.Empty(t, p.Pattern, p.Name)
		require.Empty(t, p.Enum, p.Name)
		require.Nil(t, p.Minimum, p.Name)
		require.Nil(t, p.Maximum, p.Name)
	default:
		require.Fail(t, "unknown type", "%s: %s", p.Name, p.Type)
	}
	requireDefault(t, p)
}

// requireDefault checks that a default is a value which the parameter accepts.
func requireDefault(t *testing.T, p parameter) {
	t.Helper()
	if p.Pattern != "" {
		require.Regexp(t, `^\^.*\$$`, p.Pattern, "%s: a pattern must bind the whole value", p.Name)
		pattern, err := regexp.Compile(p.Pattern)
		require.NoError(t, err, p.Name)
		if p.Default != nil {
			require.Regexp(t, pattern, p.Default, p.Name)
		}
	}
	if p.Default == nil {
		return
	}
	if len(p.Enum) > 0 {
		require.True(t, slices.Contains(p.Enum, p.Default), p.Name)
	}
	switch p.Type {
	case "string":
		require.IsType(t, "", p.Default, p.Name)
	case "integer", "number":
		require.IsType(t, 0.0, p.Default, p.Name)
		if p.Minimum != nil {
			require.GreaterOrEqual(t, p.Default, *p.Minimum, p.Name)
			require.LessOrEqual(t, p.Default, *p.Maximum, p.Name)
		}
	case "boolean":
		require.IsType(t, false, p.Default, p.Name)
	}
}

// The samples show a newcomer every means of describing a parameter.
func TestEveryMeansOfAParameterIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, m := range load(t) {
		for _, p := range m.Parameters {
			used[p.Type] = true
			used["required"] = used["required"] || p.Required
			used["enum"] = used["enum"] || len(p.Enum) > 0
			used["pattern"] = used["pattern"] || p.Pattern != ""
			used["minimum"] = used["minimum"] || p.Minimum != nil
			used["maximum"] = used["maximum"] || p.Maximum != nil
			used["default"] = used["default"] || p.Default != nil
			used["depends_on"] = used["depends_on"] || len(p.DependsOn) > 0
		}
	}
	for _, means := range []string{
		"string", "integer", "number", "boolean", "array",
		"required", "enum", "pattern", "minimum", "maximum", "default", "depends_on",
	} {
		require.True(t, used[means], "no sample uses %s", means)
	}
}
