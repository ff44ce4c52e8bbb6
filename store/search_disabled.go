package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/kubernaut/datastorage/catalog"
)

// SearchDisabled implements catalog.Store. It looks at all versions, which takes longer than a search does.
func (s *Store) SearchDisabled(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	const op = "search disabled versions"
	if err := checkVector(q); err != nil {
		return catalog.Matches{}, mapError(ctx, op, err)
	}
	query, args := buildDisabledSearch(q)
	matches, err := s.matches(ctx, q, query, args)
	matches.Exact = true
	return matches, mapError(ctx, op, err)
}

// buildDisabledSearch gives the query of a search over rows that are made on the spot: a common table expression hides the
// table of its name, so that what is found is scored and ordered by the same text as in any search.
func buildDisabledSearch(q catalog.SearchQuery) (string, []any) {
	text, args := buildSearch(q)
	table, vector, near := "playbook_search", "", ""
	if q.Vector != nil {
		args = append(args, q.Model)
		table = "playbook_search_vectors"
		vector = fmt.Sprintf(", $%d::text AS model, near.version AS vector_version, near.embedding", len(args))
		near = fmt.Sprintf(`CROSS JOIN LATERAL (
				SELECT w.version, e.embedding
				FROM playbook_versions AS w
				JOIN playbook_embeddings AS e ON e.playbook_id = w.playbook_id AND e.version = w.version AND e.model = $%d
				WHERE w.playbook_id = v.playbook_id AND w.version_key <= v.version_key
				ORDER BY w.version_key DESC LIMIT 1
			) AS near`, len(args))
	}
	rows := fmt.Sprintf(`SELECT v.playbook_id, v.version, %s, v.label_terms AS custom_terms%s
			FROM (SELECT DISTINCT playbook_id FROM playbook_versions WHERE status = 'disabled') AS p
			CROSS JOIN LATERAL (
				SELECT playbook_id, version, version_key, status, label_terms FROM playbook_versions
				WHERE playbook_id = p.playbook_id AND status IN ('active', 'disabled')
				ORDER BY is_prerelease, version_key DESC LIMIT 1
			) AS v
			%s
			WHERE v.status = 'disabled'`, labelsOfTerms("v.label_terms"), vector, near)
	return fmt.Sprintf("WITH %s AS (%s), %s", table, rows, strings.TrimPrefix(text, "WITH ")), args
}

// labelsOfTerms gives the columns that a search has of labels, from the terms in which a version has them.
func labelsOfTerms(terms string) string {
	columns := make([]string, len(labelColumns))
	for i, name := range labelColumns {
		columns[i] = fmt.Sprintf("(SELECT substr(t, %d) FROM unnest(%s) AS t WHERE starts_with(t, '%s:') LIMIT 1) AS %[3]s",
			len(name)+2, terms, name)
	}
	return strings.Join(columns, ", ")
}
