package store

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/pgvector/pgvector-go"

	"github.com/kubernaut/datastorage/catalog"
)

// searchBuilder writes the query of a search. Each combination of filters and preferences is a text of its own, and so
// a plan of its own: one text for all would have to be planned as if none was given.
type searchBuilder struct {
	args     []any
	question string // the placeholder of the vector, once it is bound
}

// arg gives the placeholder of a bound value.
func (b *searchBuilder) arg(value any) string {
	b.args = append(b.args, value)
	return fmt.Sprintf("$%d", len(b.args))
}

// vector gives the placeholder of the vector of a query, which is sent once.
func (b *searchBuilder) vector(q catalog.SearchQuery) string {
	if b.question == "" {
		b.question = b.arg(pgvector.NewVector(q.Vector))
	}
	return b.question
}

// buildSearch gives the query that scores every row which the filters leave, and its arguments.
func buildSearch(q catalog.SearchQuery) (string, []any) {
	b := &searchBuilder{}
	return b.hits(q, b.everyRow(q))
}

// everyRow scores every row which the filters leave.
func (b *searchBuilder) everyRow(q catalog.SearchQuery) string {
	rows := "playbook_search"
	if q.Vector != nil {
		rows = "playbook_search_vectors"
	}
	scored := b.scored(q, rows, b.filters(q))
	if q.Text != "" {
		scored = b.fused(q, scored)
	}
	return scored
}

// baseOf names what of scored rows points are added to: a constant in label mode, the similarity, or the relevance.
func baseOf(q catalog.SearchQuery) string {
	switch {
	case q.Vector == nil:
		return fmt.Sprintf("%g::float8", catalog.LabelModeBase)
	case q.Text == "":
		return "similarity"
	default:
		return "relevance"
	}
}

// buildNearSearch gives the query that scores the rows which the index of the model holds to be nearest, and its arguments.
func buildNearSearch(q catalog.SearchQuery) (string, []any) {
	b := &searchBuilder{}
	return b.hits(q, b.scored(q, b.nearestRows(q), "true"))
}

// hits gives the query for the best of scored rows with what an answer shows of them.
//
// OFFSET 0 keeps the planner from merging a subquery: in the inner places the similarity and the points would be computed
// twice per row, in the outer one a plan could read all of playbook_versions for the texts of a few hits.
// There is always a first row when anything matches, since top_k is at least 1; so the total of an empty answer is zero.
func (b *searchBuilder) hits(q catalog.SearchQuery, scored string) (string, []any) {
	content := ""
	if q.IncludeContent {
		content = ", v.content"
	}
	base, least := baseOf(q), ""
	if q.Vector != nil {
		least = "WHERE " + base + " >= " + b.arg(q.MinSimilarity)
	}
	text := fmt.Sprintf(`WITH hits AS (
			SELECT playbook_id, version, provisional, similarity, %[1]s AS base%[2]s,
				least(greatest(%[1]s + points / %[3]d::float8, 0), 1) AS final_score,
				count(*) OVER () AS total
			FROM (%[4]s OFFSET 0) AS scored
			%[5]s
			ORDER BY final_score DESC, base DESC, playbook_id LIMIT %[6]s
		)
		SELECT hits.playbook_id, hits.version, v.title, v.description, v.labels, v.owner, v.expected_success_rate%[7]s,
			hits.similarity, hits.base%[2]s, hits.final_score, hits.provisional, hits.total%[8]s
		FROM hits
		CROSS JOIN LATERAL (
			SELECT title, description, labels, owner, expected_success_rate, content FROM playbook_versions
			WHERE playbook_id = hits.playbook_id AND version = hits.version
			OFFSET 0
		) AS v
		ORDER BY hits.final_score DESC, hits.base DESC, hits.playbook_id`,
		base, textScore(q), catalog.PointsPerUnit, scored, least, b.arg(q.TopK), content, b.commonWords(q))
	return text, b.args
}

// filters gives the conditions of what may be found at all.
func (b *searchBuilder) filters(q catalog.SearchQuery) string {
	conditions := []string{"true"}
	if q.Vector != nil {
		conditions = []string{"s.model = " + b.arg(q.Model)}
	}
	for _, filter := range []struct{ column, value string }{{"signal_type", q.SignalType}, {"severity", q.Severity}} {
		if filter.value != "" {
			conditions = append(conditions, "s."+filter.column+" = "+b.arg(filter.value))
		}
	}
	if terms := (catalog.Labels{Values: q.Filters}).Terms(); len(terms) > 0 {
		conditions = append(conditions, "s.custom_terms @> "+b.arg(pq.StringArray(terms)))
	}
	return strings.Join(conditions, " AND ")
}

// scored selects rows with similarity and points.
func (b *searchBuilder) scored(q catalog.SearchQuery, rows, conditions string) string {
	similarity, provisional := "NULL::float8", "false"
	if q.Vector != nil {
		similarity, provisional = "1 - (s.embedding <=> "+b.vector(q)+")", "s.vector_version <> s.version"
	}
	return fmt.Sprintf(`SELECT s.playbook_id, s.version, %s AS provisional, %s AS similarity, %s AS points
			FROM %s AS s WHERE %s`,
		provisional, similarity, b.points(q.Preferred), rows, conditions)
}

// points gives the expression of boost minus penalty: catalog.Rate as SQL, in whole points. A score tells the two apart,
// but the order does not, and one comparison per label takes half the time of two.
func (b *searchBuilder) points(asked catalog.Labels) string {
	parts := []string{"0"}
	for _, p := range catalog.Preferences() {
		value := catalog.Fold(asked.Get(p.Label))
		column := "s." + p.Label // a name of the table of weights, never of a caller
		switch value {
		case "":
		case catalog.Wildcard:
			parts = append(parts, fmt.Sprintf("CASE WHEN %s IS NULL THEN 0 ELSE %d END", column, p.Weight/2))
		default:
			parts = append(parts, fmt.Sprintf("CASE WHEN %[1]s = %[2]s THEN %[3]d WHEN %[1]s = '%[4]s' THEN %[5]d WHEN %[1]s IS NULL THEN 0 ELSE -%[3]d END",
				column, b.arg(value), p.Weight, catalog.Wildcard, p.Weight/2))
		}
	}
	if terms := asked.CustomTerms(); len(terms) > 0 {
		// Most rows have no value in common, and counting takes ten times as long as seeing that.
		parts = append(parts, fmt.Sprintf(
			"CASE WHEN s.custom_terms && %[1]s THEN least(%[2]d, %[3]d * (SELECT count(*) FROM unnest(s.custom_terms) AS term WHERE term = ANY (%[1]s)))::integer ELSE 0 END",
			b.arg(pq.StringArray(terms)), catalog.MaxCustomBoost, catalog.CustomValueWeight))
	}
	return strings.Join(parts, " + ")
}
