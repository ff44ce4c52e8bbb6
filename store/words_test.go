package store_test

import (
	"strings"
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// What of a text is compared, in alphabetical order.
func TestWords(t *testing.T) {
	t.Parallel()
	db := openDB(t, testdb.New(t))
	for text, want := range map[string]string{
		"":                                     "",
		"0.25 7 10.244.0.9:53 12:30":           "",
		"The pods of a Deployment":             "deploy pod",
		"KubeNodeNotReady":                     "kube node readi",
		"OOMKilled CoreDNS HTTPServer":         "core dns http kill oom server",
		"PersistentVolumeClaims of 3 PVCs":     "claim persist pvcs volum",
		"exit code 137, HTTP 502/503 (504).":   "137 502 503 504 code exit http",
		"1137 0.125 10.244.0.9 2024-11-18":     "",
		"checkout-7c9d8b6f5-x2x4q":             "b c checkout d f q x",
		"node_name nodeName node-name":         "name node",
		`failed calling webhook "x.y.svc"`:     "call fail svc webhook x y",
		"Größe der Knoten, 节点 не готов":        "der größe knoten готов не 节点",
		"etcdserver: mvcc: no space, no space": "etcdserv mvcc space",
	} {
		got := scan[pq.StringArray](t, db, `SELECT tsvector_to_array(playbook_words($1))`, text)
		require.Equal(t, want, strings.Join(got, " "), text)
	}
}

// Words of one letter are left out where a playbook is taken apart, so that they never match.
func TestTermsOfAPlaybook(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	p := publication(t, "a", "v1.0.0")
	p.Draft.Title, p.Draft.Description = "Pod x-1 of a node", "Pods: "+strings.Repeat("z", 200)
	publish(t, s, p)
	terms := func() string {
		return scan[string](t, db, `SELECT string_agg(concat_ws(':', term, occurrences, words), ' ' ORDER BY term)
			FROM playbook_search_terms WHERE playbook_id = 'a'`)
	}
	require.Equal(t, "kill:1:5 node:1:5 oom:1:5 pod:2:5", terms())

	p.Draft.Version, p.Draft.Title, p.Draft.Description = "v1.0.1", "Pod", "Pod"
	publish(t, s, p)
	require.Equal(t, "kill:1:4 oom:1:4 pod:2:4", terms())
	exec(t, db, `UPDATE playbook_search SET severity = 'low'`)
	require.Equal(t, "kill:1:4 oom:1:4 pod:2:4", terms(), "labels are not words")
	exec(t, db, `DELETE FROM playbook_search`)
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbook_search_terms`))
}

// A question of words that every plain text has, as long as questions may be, is answered like any other.
func TestFusionOfOddTexts(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publish(t, s, publication(t, "a", "v1.0.0"))
	for _, text := range []string{"the", "!", "'); --", "a & b | !c:*", `\`, strings.Repeat("pod ", 250), strings.Repeat("x", 1000), "\u202e節"} {
		matches, err := s.Search(t.Context(), catalog.SearchQuery{
			Model: testModel, Vector: []float32{1, 0, 0}, TopK: 10, MinSimilarity: -1, Text: text, CommonWords: true,
		})
		require.NoError(t, err, text)
		require.Len(t, matches.Hits, 1, text)
		require.Zero(t, matches.Hits[0].Text.Score, text)
	}
}
