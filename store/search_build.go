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
	args []any
}

// arg gives the placeholder of a bound value.
func (b *searchBuilder) arg(value any) string {
	b.args = append(b.args, value)
	return fmt.Sprintf("$%d", len(b.args))
}

// buildSearch gives the query and its arguments.
//
// OFFSET 0 keeps the planner from merging a subquery: in the inner places the similarity and the points would be computed
// twice per row, in the outer one a plan could read all of playbook_versions for the texts of a few hits.
// There is always a first row when anything matches, since top_k is at least 1; so the total of an empty answer is zero.
func buildSearch(q catalog.SearchQuery) (string, []any) {
	b := &searchBuilder{}
	content := ""
	if q.IncludeContent {
		content = ", v.content"
	}
	candidates := b.candidates(q)
	base, least := fmt.Sprintf("%g::float8", catalog.LabelModeBase), ""
	if q.Vector != nil {
		base, least = "similarity", "WHERE similarity >= "+b.arg(q.MinSimilarity)
	}
	text := fmt.Sprintf(`WITH hits AS (
			SELECT playbook_id, version, provisional, similarity,
				least(greatest(%s + points / %d::float8, 0), 1) AS final_score,
				count(*) OVER () AS total
			FROM (%s OFFSET 0) AS scored
			%s
			ORDER BY final_score DESC, similarity DESC, playbook_id LIMIT %s
		)
		SELECT hits.playbook_id, hits.version, v.title, v.description, v.labels, v.owner, v.expected_success_rate%s,
			hits.similarity, hits.final_score, hits.provisional, hits.total
		FROM hits
		CROSS JOIN LATERAL (
			SELECT title, description, labels, owner, expected_success_rate, content FROM playbook_versions
			WHERE playbook_id = hits.playbook_id AND version = hits.version
			OFFSET 0
		) AS v
		ORDER BY hits.final_score DESC, hits.similarity DESC, hits.playbook_id`,
		base, catalog.PointsPerUnit, candidates, least, b.arg(q.TopK), content)
	return text, b.args
}

// candidates selects what the strict filters leave, with similarity and points: from the rows that hold vectors when there
// is one to compare with, else from those of all searchable playbooks.
func (b *searchBuilder) candidates(q catalog.SearchQuery) string {
	similarity, provisional, rows, conditions := "NULL::float8", "false", "playbook_search", []string{"true"}
	if q.Vector != nil {
		similarity = "1 - (s.embedding <=> " + b.arg(pgvector.NewVector(q.Vector)) + ")"
		provisional = "s.vector_version <> s.version"
		rows = "playbook_search_vectors"
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
	return fmt.Sprintf(`SELECT s.playbook_id, s.version, %s AS provisional, %s AS similarity, %s AS points
			FROM %s AS s WHERE %s`,
		provisional, similarity, b.points(q.Preferred), rows, strings.Join(conditions, " AND "))
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
