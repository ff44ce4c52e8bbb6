package store

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/catalog"
)

const (
	// defaultExactRows is how many rows a search compares one by one when it has the choice: 10,000 take about 10 ms.
	defaultExactRows = 10_000

	// sizeLifetime is for how long the size of a model is believed. It decides between two ways to the answer, which both
	// say what they are.
	sizeLifetime = 10 * time.Second

	// labelPlaces is what search_row_vector adds to the length of a vector.
	labelPlaces = 128

	// maxIndexed is the length of the longest vector that an index of half precision takes.
	maxIndexed = 4000
)

// searchSettings are those of the sessions that search. A list of 200 found all of the ten best rows in 99.7 % of the worst
// questions that were tried; a filter that many of the rows nearby do not pass is looked further for.
var searchSettings = map[string]string{"hnsw.ef_search": "200", "hnsw.iterative_scan": "relaxed_order"}

// SearchSettings gives the settings of the sessions that search on which plans and answers depend. It is for those who
// explain or measure what SearchStatement gives.
func SearchSettings() map[string]string {
	settings := maps.Clone(planSettings)
	maps.Copy(settings, searchSettings)
	return settings
}

// nearest is how many rows an approximate search takes from the index and scores exactly.
func nearest(topK int) int { return 150 + 5*topK }

// rowVector is what the index of a model is made on.
func rowVector(dimensions int) string {
	return fmt.Sprintf(`search_row_vector(embedding, component, environment, priority, risk_tolerance, business_category,
		resource_management, gitops_tool, custom_terms)::halfvec(%d)`, dimensions+labelPlaces)
}

// nearestRows selects the rows that the index holds to be nearest to the question.
func (b *searchBuilder) nearestRows(q catalog.SearchQuery) string {
	terms, weights := questionTerms(q.Preferred)
	return fmt.Sprintf(`(
				SELECT playbook_id, version, vector_version, component, environment, priority, risk_tolerance,
					business_category, resource_management, gitops_tool, custom_terms, embedding
				FROM playbook_search_vectors AS s WHERE %[1]s
				ORDER BY %[2]s <#> search_question_vector(%[3]s, %[4]s, %[5]s)::halfvec(%[6]d) LIMIT %[7]d
			)`,
		b.filters(q), rowVector(len(q.Vector)), b.vector(q), b.arg(pq.StringArray(terms)), b.arg(pq.Float64Array(weights)),
		len(q.Vector)+labelPlaces, nearest(q.TopK))
}

// questionTerms gives the terms that rows may have, and what each adds to a score. To have a label at all counts as
// another value; having the value asked for, or a wildcard, makes up for that.
func questionTerms(asked catalog.Labels) (terms []string, weights []float64) {
	terms, weights = []string{}, []float64{} // nil would be NULL
	add := func(term string, points catalog.Points) {
		terms, weights = append(terms, term), append(weights, points.Score())
	}
	for _, p := range catalog.Preferences() {
		switch value := catalog.Fold(asked.Get(p.Label)); value {
		case "":
		case catalog.Wildcard:
			add(p.Label, p.Weight/2)
		default:
			add(p.Label, -p.Weight)
			add(p.Label+":"+value, 2*p.Weight)
			add(p.Label+":"+catalog.Wildcard, p.Weight+p.Weight/2)
		}
	}
	for _, term := range asked.CustomTerms() {
		add(term, catalog.CustomValueWeight)
	}
	return terms, weights
}

// searchSizes remembers which models have more rows than an exact search compares, and an index for them.
type searchSizes struct {
	mu    sync.Mutex
	known map[string]modelSize
}

type modelSize struct {
	indexed bool // large, and with an index that can be used
	at      time.Time
}

func (z *searchSizes) get(model string) (indexed, fresh bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	size := z.known[model]
	return size.indexed, time.Since(size.at) < sizeLifetime
}

// set remembers a model. What has gone stale goes then, so that no more is kept than models are in use.
func (z *searchSizes) set(model string, indexed bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	now := time.Now()
	kept := map[string]modelSize{model: {indexed, now}}
	for name, size := range z.known {
		if name != model && now.Sub(size.at) < sizeLifetime {
			kept[name] = size
		}
	}
	z.known = kept
}

// forget makes the next search look again.
func (z *searchSizes) forget() {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.known = nil
}

// isLarge says whether the filters of a query leave more rows than are compared one by one, and an index could find the
// nearest of them.
func (s *Store) isLarge(ctx context.Context, q catalog.SearchQuery) (bool, error) {
	indexed, fresh := s.sizes.get(q.Model)
	if !fresh {
		const query = `SELECT ` + indexIsValid + ` AND (
				SELECT count(*) FROM (SELECT FROM playbook_search_vectors WHERE model = $2 LIMIT $3 + 1) AS counted
			) > $3`
		if err := s.db.GetContext(ctx, &indexed, query, indexName(q.Model), q.Model, s.exactRows); err != nil {
			return false, err
		}
		s.sizes.set(q.Model, indexed)
	}
	if !indexed || q.SignalType == "" && q.Severity == "" && len(q.Filters) == 0 {
		return indexed, nil
	}
	b := &searchBuilder{}
	limit := b.arg(s.exactRows)
	query := fmt.Sprintf(`SELECT count(*) > %[1]s FROM (
			SELECT FROM playbook_search_vectors AS s WHERE %[2]s LIMIT %[1]s + 1
		) AS counted`, limit, b.filters(q))
	large := false
	err := s.db.GetContext(ctx, &large, query, b.args...)
	return large, err
}
