package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/catalog"
)

// hitRow is one row of a search.
type hitRow struct {
	PlaybookID          string         `db:"playbook_id"`
	Version             string         `db:"version"`
	Title               string         `db:"title"`
	Description         string         `db:"description"`
	Labels              []byte         `db:"labels"`
	Owner               string         `db:"owner"`
	ExpectedSuccessRate *float64       `db:"expected_success_rate"`
	Content             string         `db:"content"`
	Similarity          *float64       `db:"similarity"`
	TextScore           *float64       `db:"text_score"` // only with words
	Base                float64        `db:"base"`
	CommonWords         pq.StringArray `db:"common_words"` // only when asked for
	FinalScore          float64        `db:"final_score"`
	Provisional         bool           `db:"provisional"`
	Total               int64          `db:"total"`
}

// Search implements catalog.Store. Up to the number of rows that the configuration names, and for whoever asks for it, it
// scores every searchable playbook that the filters leave, so that the answer is exact. Beyond that it scores what an index
// holds to be nearest, and says so; an answer with fewer hits than asked for is found by scoring all the same.
func (s *Store) Search(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	const op = "search"
	matches, err := s.search(ctx, q)
	return matches, mapError(ctx, op, err)
}

func (s *Store) search(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	if err := checkVector(q); err != nil {
		return catalog.Matches{}, err
	}
	if q.Vector == nil {
		return s.exact(ctx, q)
	}
	if q.Exact || q.Text != "" || len(q.Vector)+labelPlaces > maxIndexed { // no index knows words and meaning together
		return s.exact(ctx, q)
	}
	large, err := s.isLarge(ctx, q)
	if err != nil {
		return catalog.Matches{}, err
	}
	if large {
		query, args := buildNearSearch(q)
		matches, err := s.matches(ctx, q, query, args)
		if err != nil || len(matches.Hits) == q.TopK {
			matches.TotalAtLeast = true
			return matches, err
		}
	}
	return s.exact(ctx, q)
}

func (s *Store) exact(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	query, args := buildSearch(q)
	matches, err := s.matches(ctx, q, query, args)
	matches.Exact = true
	return matches, err
}

func (s *Store) matches(ctx context.Context, q catalog.SearchQuery, query string, args []any) (catalog.Matches, error) {
	var rows []hitRow
	if err := s.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return catalog.Matches{}, err
	}
	matches := catalog.Matches{Hits: make([]catalog.Hit, len(rows))}
	for i := range rows {
		hit, err := rows[i].decode(q.Preferred)
		if err != nil {
			return catalog.Matches{}, err
		}
		matches.Hits[i], matches.Total = hit, rows[i].Total
	}
	return matches, nil
}

// checkVector refuses a vector without a direction: its similarity to anything is no number, and in PostgreSQL that is
// greater than every bound. A query that has no vector needs none.
func checkVector(q catalog.SearchQuery) error {
	if q.Vector == nil {
		return nil
	}
	norm := 0.0
	for _, x := range q.Vector {
		norm += float64(x) * float64(x)
	}
	if !(norm > 0) || math.IsInf(norm, 1) {
		return errors.New("the query vector is empty, zero or not finite")
	}
	return nil
}

// decode gives the hit. How its points divide into boost and penalty comes from its labels, by the rules and the weights
// that made the query.
func (r *hitRow) decode(asked catalog.Labels) (catalog.Hit, error) {
	hit := catalog.Hit{
		PlaybookID: r.PlaybookID, Version: r.Version, Title: r.Title, Description: r.Description, Owner: r.Owner,
		ExpectedSuccessRate: r.ExpectedSuccessRate, Content: r.Content, Similarity: r.Similarity, Provisional: r.Provisional,
	}
	if r.TextScore != nil {
		hit.Text = &catalog.TextMatch{Score: *r.TextScore, Relevance: r.Base, Words: r.CommonWords}
	}
	if err := json.Unmarshal(r.Labels, &hit.Labels); err != nil {
		return catalog.Hit{}, fmt.Errorf("stored labels of %s %s: %w", r.PlaybookID, r.Version, err)
	}
	hit.Score = catalog.Rate(catalog.LabelModeBase, asked, hit.Labels)
	hit.Score.Final = r.FinalScore
	return hit, nil
}

// SearchStatement gives the statement that answers a query, and its arguments: the one that scores every row, or the one
// that asks the index. It is for those who explain or measure searches.
func SearchStatement(q catalog.SearchQuery, near bool) (text string, args []any) {
	if near {
		return buildNearSearch(q)
	}
	return buildSearch(q)
}
