package catalog_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

// decode reads JSON with all digits of its numbers.
func decode(t require.TestingT, raw []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	return value
}

func encode(t require.TestingT, value any) []byte {
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return raw
}

// requirePatch checks that a patch turns one document into the other.
func requirePatch(t require.TestingT, from, to []byte) []byte {
	raw, err := catalog.JSONPatch(from, to)
	require.NoError(t, err)
	patch, err := jsonpatch.DecodePatch(raw)
	require.NoError(t, err)
	patched, err := patch.Apply(from)
	require.NoError(t, err)
	require.Equal(t, decode(t, to), decode(t, patched), "%s", raw)
	return raw
}

// document writes a version as one JSON object with the names of the API.
func document(t require.TestingT, v catalog.Version) []byte {
	return encode(t, map[string]any{
		"playbook_id": v.PlaybookID, "version": v.Version, "title": v.Title, "description": v.Description,
		"content": v.Content, "content_type": v.ContentType, "labels": v.Labels, "parameters": v.Parameters,
		"owner": v.Owner, "approved_at": v.ApprovedAt, "expected_success_rate": v.ExpectedSuccessRate, "revision": v.Revision,
	})
}

func TestJSONPatchTurnsOneVersionIntoTheOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		requirePatch(t, document(t, genVersion().Draw(t, "from")), document(t, genVersion().Draw(t, "to")))
	})
}

func TestJSONPatchTurnsOneDocumentIntoTheOther(t *testing.T) {
	t.Parallel()
	// Not the empty name, on which the library that applies the patches here trips; the API has none.
	key := rapid.SampledFrom([]string{"a", "b", "a/b", "~1", "0", "-", `\`, `"`, "é"})
	documents := rapid.MapOfN(key, genTree(4), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		from, to := encode(t, documents.Draw(t, "from")), encode(t, documents.Draw(t, "to"))
		patch := requirePatch(t, from, to)
		require.Equal(t, bytes.Equal(from, to), string(patch) == "[]")
	})
}

func TestJSONPatchSaysNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ from, to, patch string }{
		"equal":            {`{"a":1}`, `{ "a": 1 }`, `[]`},
		"value":            {`{"a":"<"}`, `{"a":"&"}`, `[{"op":"replace","path":"/a","value":"&"}]`},
		"null":             {`{"a":1}`, `{"a":null}`, `[{"op":"replace","path":"/a","value":null}]`},
		"added null":       {`{}`, `{"a":null}`, `[{"op":"add","path":"/a","value":null}]`},
		"removed":          {`{"a":1}`, `{}`, `[{"op":"remove","path":"/a"}]`},
		"digits":           {`{"a":9007199254740992}`, `{"a":9007199254740993}`, `[{"op":"replace","path":"/a","value":9007199254740993}]`},
		"inside a member":  {`{"a":{"x":1,"y":"` + long + `"}}`, `{"a":{"x":2,"y":"` + long + `"}}`, `[{"op":"replace","path":"/a/x","value":2}]`},
		"item put in":      {`{"a":["` + long + `","c"]}`, `{"a":["b","` + long + `","c"]}`, `[{"op":"add","path":"/a/0","value":"b"}]`},
		"shorter as whole": {`{"a":[1,2,3,4]}`, `{"a":[5,6]}`, `[{"op":"replace","path":"/a","value":[5,6]}]`},
		"other kind":       {`{"a":[1]}`, `{"a":{"x":1}}`, `[{"op":"replace","path":"/a","value":{"x":1}}]`},
		"backslash at end": {`{"a":{"x":"C:\\","y":"` + long + `","z":1}}`, `{"a":{"x":"D:\\","y":"` + long + `","z":2}}`, `[{"op":"replace","path":"/a/x","value":"D:\\"},{"op":"replace","path":"/a/z","value":2}]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.patch, string(requirePatch(t, []byte(test.from), []byte(test.to))))
		})
	}
}

func TestJSONPatchReplacesWhatIsTooDeep(t *testing.T) {
	t.Parallel()
	nested := func(depth int, end string) []byte {
		return []byte(`{"a":["` + long + `",` + strings.Repeat("[", depth-1) + end + strings.Repeat("]", depth-1) + `]}`)
	}
	patch := requirePatch(t, nested(32, "1"), nested(32, "2"))
	require.Equal(t, `[{"op":"replace","path":"/a/1`+strings.Repeat("/0", 31)+`","value":2}]`, string(patch))
	patch = requirePatch(t, nested(33, "1"), nested(33, "2"))
	require.Contains(t, string(patch), `[{"op":"replace","path":"/a","value":["long`)
}

var long = strings.Repeat("long ", 40)

func TestJSONPatchRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for _, document := range []string{``, `null`, `[]`, `1`, `{`, `{} {}`, `{}]`} {
		_, err := catalog.JSONPatch([]byte(document), []byte(`{}`))
		require.ErrorContains(t, err, "document to patch: is not", document)
		_, err = catalog.JSONPatch([]byte(`{}`), []byte(document))
		require.ErrorContains(t, err, "patched document: is not", document)
	}
}

// A table of 50,000 × 50,000 comparisons would take more memory than there is, and chains of 5,000 arrays that are
// compared at each of their levels seconds.
func TestJSONPatchOfLargeDocumentsIsBounded(t *testing.T) {
	t.Parallel()
	items := func(first, n int) []byte {
		list := make([]int, n)
		for i := range list {
			list[i] = first + i
		}
		return encode(t, map[string]any{"parameters": list})
	}
	nested := func(depth int, end string) []byte {
		chain := strings.Repeat("[", depth) + end + strings.Repeat("]", depth)
		return []byte(`{"parameters":[` + strings.Repeat(chain+",", 20) + chain + `]}`)
	}
	tests := map[string][2][]byte{
		"many items":   {items(0, 50_000), items(1, 50_000)},
		"long chains":  {nested(5_000, "1"), nested(5_000, "2")},
		"large at one": {items(0, 50_000), items(0, 1)},
	}
	for name, pair := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch := requirePatch(t, pair[0], pair[1])
			require.LessOrEqual(t, len(patch), len(pair[1])+100)
		})
	}
}
