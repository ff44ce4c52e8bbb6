package evaluation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/evaluation"
)

func TestRead(t *testing.T) {
	t.Parallel()
	questions, err := evaluation.Read(strings.NewReader(`{"query": "a", "relevant": ["x", "y"], "grades": {"y": 3}, "kind": "log", "severity": "high", "component": "pod"}

{"alert": "Noted", "query": "b", "relevant": [], "custom_labels": {"team": ["dba"]}}
`))
	require.NoError(t, err)
	require.Len(t, questions, 2)
	first, second := questions[0], questions[1]
	require.Equal(t, 1, first.Line)
	require.Equal(t, "log", first.Kind)
	require.Equal(t, evaluation.Grades{"x": 1, "y": 3}, first.Grades)
	require.Equal(t, "high", *first.Labels.Severity)
	require.Equal(t, 3, second.Line)
	require.Empty(t, second.Grades)
	require.Equal(t, map[string][]string{"team": {"dba"}}, map[string][]string(*second.Labels.CustomLabels))
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"query": "a", "relevant": []}` + "\n"
	for text, says := range map[string]string{
		"":                                       "there are none",
		"\n \n":                                  "there are none",
		good + "{":                               "line 2",
		`{"relevant": []}`:                       "query is missing",
		`{"query": " ", "relevant":[]}`:          "query is missing",
		`{"query": "a"}`:                         "relevant is missing",
		`{"query": "a", "relevant": "x"}`:        "relevant",
		`{"query": "a", "relevant": ["x", "x"]}`: `"x" twice`,
		`{"query": "a", "relevant": [""]}`:       "empty",
		`{"query": "a", "relevant": ["x"], "grades": {"z": 1}}`:  `"z"`,
		`{"query": "a", "relevant": ["x"], "grades": {"x": 0}}`:  "between 1 and 10",
		`{"query": "a", "relevant": ["x"], "grades": {"x": 11}}`: "between 1 and 10",
		`{"query": "a", "relevant": [], "severity": 3}`:          "severity",
		good + strings.Repeat("x", evaluation.MaxLineBytes+1):    "after line 1",
	} {
		_, err := evaluation.Read(strings.NewReader(text))
		require.ErrorIs(t, err, evaluation.ErrInvalid, text)
		require.ErrorContains(t, err, says)
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	_, err := evaluation.Read(strings.NewReader(strings.Repeat(`{"query":"a","relevant":[]}`+"\n", evaluation.MaxQuestions+1)))
	require.ErrorIs(t, err, evaluation.ErrInvalid)
	require.ErrorContains(t, err, "more than")
}

func TestKeep(t *testing.T) {
	t.Parallel()
	const text = `{"query": "a", "relevant": [], "severity": "high", "component": "pod", "custom_labels": {"team": ["dba"]}}`
	for _, test := range []struct {
		names                       []string
		severity, component, custom bool
	}{
		{nil, false, false, false},
		{[]string{"severity"}, true, false, false},
		{[]string{"component", "custom_labels"}, false, true, true},
		{evaluation.LabelNames(), true, true, true},
	} {
		questions, err := evaluation.Read(strings.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, evaluation.Keep(questions, test.names))
		labels := questions[0].Labels
		require.Equal(t, test.severity, labels.Severity != nil, test.names)
		require.Equal(t, test.component, labels.Component != nil, test.names)
		require.Equal(t, test.custom, labels.CustomLabels != nil, test.names)
	}
	require.ErrorContains(t, evaluation.Keep(nil, []string{"sevrity"}), "severity")
}
