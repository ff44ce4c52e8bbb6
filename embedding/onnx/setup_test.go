package onnx

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding/internal/testmodel"
)

func config(tb testing.TB) Config {
	tb.Helper()
	return Config{
		Library:       testmodel.Library(tb),
		ModelFile:     testmodel.Model(tb),
		TokenizerFile: testmodel.Tokenizer(tb),
	}
}

func setup(tb testing.TB, change ...func(*Config)) *Embedder {
	tb.Helper()
	cfg := config(tb)
	for _, c := range change {
		c(&cfg)
	}
	e, err := Open(cfg)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, e.Close()) })
	return e
}

// reference is what the reference implementation gives for a text; of most
// texts only the first components are stored. See testdata/reference.py.
type reference struct {
	Text   string    `json:"text"`
	Tokens int       `json:"tokens"`
	Vector []float32 `json:"vector"`
}

func references(tb testing.TB) []reference {
	tb.Helper()
	f, err := os.Open("testdata/reference.jsonl")
	require.NoError(tb, err)
	defer func() { require.NoError(tb, f.Close()) }()
	var all []reference
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r reference
		require.NoError(tb, json.Unmarshal(lines.Bytes(), &r))
		all = append(all, r)
	}
	require.GreaterOrEqual(tb, len(all), 12)
	return all
}

const alertText = "Pod payments-api-7c9d8 was OOMKilled: memory usage exceeded its limit of 512Mi (exit code 137)."

// longText has more than MaxTokens tokens.
var longText = strings.Repeat(alertText+" ", 40)
