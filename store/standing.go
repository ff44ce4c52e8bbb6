package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kubernaut/datastorage/catalog"
)

// standingRow is where a playbook stands. Only the history of its greatest version is always there.
type standingRow struct {
	historyRow

	Searched    sql.NullString `db:"searched"`
	Labels      []byte         `db:"labels"`
	Similarity  *float64       `db:"similarity"`
	TextScore   *float64       `db:"text_score"` // only with words
	Base        float64        `db:"base"`
	Provisional bool           `db:"provisional"`
	FinalScore  float64        `db:"final_score"`
	Rank        int64          `db:"rank"`
}

// Standing implements catalog.Store.
func (s *Store) Standing(ctx context.Context, q catalog.SearchQuery, playbookID string) (catalog.Standing, error) {
	op := "find the standing of " + playbookID
	if err := checkVector(q); err != nil {
		return catalog.Standing{}, mapError(ctx, op, err)
	}
	query, args := buildStanding(q, playbookID)
	var row standingRow
	err := s.db.GetContext(ctx, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		err = catalog.ErrPlaybookNotFound
	}
	if err != nil {
		return catalog.Standing{}, mapError(ctx, op, err)
	}
	standing, err := row.decode(q.Preferred)
	return standing, mapError(ctx, op, err)
}

func (r *standingRow) decode(asked catalog.Labels) (catalog.Standing, error) {
	if !r.Searched.Valid {
		newest := r.historyRow.decode()
		return catalog.Standing{Newest: &newest}, nil
	}
	standing := catalog.Standing{Version: r.Searched.String, Similarity: r.Similarity, Provisional: r.Provisional, Rank: r.Rank}
	if r.TextScore != nil {
		standing.Text = &catalog.TextMatch{Score: *r.TextScore, Relevance: r.Base}
	}
	if err := json.Unmarshal(r.Labels, &standing.Labels); err != nil {
		return catalog.Standing{}, fmt.Errorf("stored labels of %s %s: %w", r.PlaybookID, r.Searched.String, err)
	}
	if standing.Rank > 0 {
		standing.Score = catalog.Rate(catalog.LabelModeBase, asked, standing.Labels)
		standing.Score.Final = r.FinalScore
	}
	return standing, nil
}

// buildStanding gives the query for the standing of one playbook, and its arguments. It scores all candidates, as an
// exact search does, and counts those that come before the playbook in the order of a search.
func buildStanding(q catalog.SearchQuery, playbookID string) (string, []any) {
	b := &searchBuilder{}
	base, least := baseOf(q), "true"
	similarity, vectors := "NULL::float8", "LEFT JOIN (SELECT NULL AS vector_version) AS sv ON true"
	scored := b.everyRow(q)
	id := b.arg(playbookID)
	if q.Vector != nil {
		least = base + " >= " + b.arg(q.MinSimilarity)
		similarity = "1 - (sv.embedding <=> " + b.vector(q) + ")"
		vectors = "LEFT JOIN playbook_search_vectors AS sv ON sv.playbook_id = s.playbook_id AND sv.model = " + b.arg(q.Model)
	}
	text := fmt.Sprintf(`WITH scored AS MATERIALIZED (
			SELECT playbook_id, %[1]s AS base%[2]s, %[3]s AS matches,
				least(greatest(%[1]s + points / %[4]d::float8, 0), 1) AS final_score
			FROM (%[5]s OFFSET 0) AS candidate
		), standing AS (
			SELECT own.base%[2]s, own.final_score, CASE WHEN own.matches THEN (
				SELECT 1 + count(*) FROM scored AS other
				WHERE other.matches AND ((other.final_score, other.base) > (own.final_score, own.base)
					OR (other.final_score, other.base) = (own.final_score, own.base) AND other.playbook_id < own.playbook_id)
			) ELSE 0 END AS rank
			FROM scored AS own WHERE own.playbook_id = %[6]s
		)
		SELECT s.version AS searched, v.labels, %[7]s AS similarity, coalesce(standing.base, 0) AS base%[2]s,
			coalesce(sv.vector_version <> s.version, false) AS provisional,
			coalesce(standing.final_score, 0) AS final_score, coalesce(standing.rank, 0) AS rank, newest.*
		FROM (
			SELECT version FROM playbook_versions WHERE playbook_id = %[6]s ORDER BY version_key DESC LIMIT 1
		) AS greatest
		CROSS JOIN LATERAL (
			SELECT %[9]s FROM playbook_history
			WHERE playbook_id = %[6]s AND version = greatest.version
			ORDER BY seq DESC LIMIT 1
		) AS newest
		LEFT JOIN playbook_search AS s ON s.playbook_id = %[6]s
		LEFT JOIN playbook_versions AS v ON v.playbook_id = s.playbook_id AND v.version = s.version
		%[8]s
		LEFT JOIN standing ON true`,
		base, textScore(q), least, catalog.PointsPerUnit, scored, id, similarity, vectors, historyColumns)
	return text, b.args
}
