package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/pgvector/pgvector-go"

	"github.com/kubernaut/datastorage/catalog"
)

// hitRow is one row of a search.
type hitRow struct {
	PlaybookID          string   `db:"playbook_id"`
	Version             string   `db:"version"`
	Title               string   `db:"title"`
	Description         string   `db:"description"`
	Labels              []byte   `db:"labels"`
	Owner               string   `db:"owner"`
	ExpectedSuccessRate *float64 `db:"expected_success_rate"`
	Content             string   `db:"content"`
	Similarity          float64  `db:"similarity"`
	Provisional         bool     `db:"provisional"`
	Total               int64    `db:"total"`
}

// Search implements catalog.Store. It compares with every searchable playbook that the filters leave, so that the
// answer is exact.
func (s *Store) Search(ctx context.Context, q catalog.VectorQuery) (catalog.Matches, error) {
	const op = "search"
	if err := checkQueryVector(q.Vector); err != nil {
		return catalog.Matches{}, mapError(ctx, op, err)
	}
	query, args := buildSearch(q)
	var rows []hitRow
	if err := s.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return catalog.Matches{}, mapError(ctx, op, err)
	}
	matches := catalog.Matches{Hits: make([]catalog.Hit, len(rows))}
	for i := range rows {
		hit, err := rows[i].decode()
		if err != nil {
			return catalog.Matches{}, mapError(ctx, op, err)
		}
		matches.Hits[i], matches.Total = hit, rows[i].Total
	}
	return matches, nil
}

// buildSearch gives the query and its arguments. Each combination of filters is a text of its own, and so a plan of its
// own: one text for all would have to be planned as if none was given.
//
// OFFSET 0 keeps the planner from merging a subquery: in the first place the similarity would be computed twice per row,
// in the second one a plan could read all of playbook_versions for the texts of a few hits.
// There is always a first row when anything matches, since top_k is at least 1; so the total of an empty answer is zero.
func buildSearch(q catalog.VectorQuery) (string, []any) {
	args := []any{pgvector.NewVector(q.Vector), q.Model, q.MinSimilarity, q.TopK}
	filters := ""
	filter := func(column, value string) {
		if value != "" {
			args = append(args, value)
			filters += fmt.Sprintf(" AND s.%s = $%d", column, len(args))
		}
	}
	filter("signal_type", q.SignalType)
	filter("severity", q.Severity)
	content := ""
	if q.IncludeContent {
		content = ", v.content"
	}
	return `WITH hits AS (
			SELECT playbook_id, version, provisional, similarity, count(*) OVER () AS total
			FROM (
				SELECT s.playbook_id, s.version, sv.vector_version <> s.version AS provisional,
					1 - (sv.embedding <=> $1) AS similarity
				FROM playbook_search AS s
				JOIN playbook_search_vectors AS sv ON sv.playbook_id = s.playbook_id
				WHERE sv.model = $2` + filters + `
				OFFSET 0
			) AS scored
			WHERE similarity >= $3
			ORDER BY similarity DESC, playbook_id LIMIT $4
		)
		SELECT hits.playbook_id, hits.version, v.title, v.description, v.labels, v.owner, v.expected_success_rate` + content + `,
			hits.similarity, hits.provisional, hits.total
		FROM hits
		CROSS JOIN LATERAL (
			SELECT title, description, labels, owner, expected_success_rate, content FROM playbook_versions
			WHERE playbook_id = hits.playbook_id AND version = hits.version
			OFFSET 0
		) AS v
		ORDER BY hits.similarity DESC, hits.playbook_id`, args
}

// checkQueryVector refuses what has no direction: its similarity to anything is no number, and in PostgreSQL that is
// greater than every bound.
func checkQueryVector(vector []float32) error {
	norm := 0.0
	for _, x := range vector {
		norm += float64(x) * float64(x)
	}
	if !(norm > 0) || math.IsInf(norm, 1) {
		return errors.New("the query vector is empty, zero or not finite")
	}
	return nil
}

func (r *hitRow) decode() (catalog.Hit, error) {
	hit := catalog.Hit{
		PlaybookID: r.PlaybookID, Version: r.Version, Title: r.Title, Description: r.Description, Owner: r.Owner,
		ExpectedSuccessRate: r.ExpectedSuccessRate, Content: r.Content, Similarity: r.Similarity, Provisional: r.Provisional,
	}
	if err := json.Unmarshal(r.Labels, &hit.Labels); err != nil {
		return catalog.Hit{}, fmt.Errorf("stored labels of %s %s: %w", r.PlaybookID, r.Version, err)
	}
	return hit, nil
}
