package store

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// What the tests of the package need to see.
var (
	MapError       = mapError
	BuildSearch    = buildSearch
	BuildNear      = buildNearSearch
	QuestionTerms  = questionTerms
	IndexName      = indexName
	BuildList      = buildList
	BuildStanding  = buildStanding
	VersionQuery   = versionQuery
	ErrNested      = errNested
	ErrRollBack    = errRollBack
	MaxAttempts    = maxAttempts
	MaxStatements  = maxStatements
	ShardsOf       = shardsOf
	AnswerGrace    = answerGrace
	NewCommitError = func(err error) error { return &commitError{err} }
	NewDialError   = func(err error) error { return &connectError{err} }
)

// InTx is inTx.
func (s *Store) InTx(ctx context.Context, op string, fn func(context.Context, *sqlx.Tx) error) error {
	return s.inTx(ctx, op, fn)
}

// Refresh does what follows a change of status.
func (s *Store) Refresh(ctx context.Context, playbookID, by string) (latest string, err error) {
	err = s.inTx(ctx, "refresh", func(ctx context.Context, tx *sqlx.Tx) error {
		at, err := lockOrCreate(ctx, tx, playbookID)
		if err != nil {
			return err
		}
		if latest, err = refreshLatest(ctx, tx, change{playbookID: playbookID, by: by, at: at}); err != nil {
			return err
		}
		if err := refreshVectors(ctx, tx, []string{playbookID}); err != nil {
			return err
		}
		return bumpGeneration(ctx, tx, []string{playbookID})
	})
	return latest, err
}

// ListQueryOf gives a list query of one page.
func ListQueryOf(limit int) catalog.ListQuery {
	return catalog.ListQuery{Page: catalog.Page{Limit: limit}}
}

// Exec runs a text of several statements on a session of the store, past what that has prepared.
func (s *Store) Exec(t testing.TB, text string) {
	t.Helper()
	conn, err := s.db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	require.NoError(t, conn.Raw(func(raw any) error {
		_, err := raw.(*session).driverConn.ExecContext(t.Context(), text, nil)
		return err
	}))
}

// MakeIndex makes the index for approximate searches of a model, however few rows it has.
func (s *Store) MakeIndex(ctx context.Context, model string, dimensions int) error {
	m := missingIndex{model, dimensions}
	defer s.sizes.forget()
	return s.maintain(ctx, func(conn *sqlx.Conn) error { return m.make(ctx, conn) })
}

// Matches runs a search that was built, with arguments that may have been changed.
func (s *Store) Matches(ctx context.Context, q catalog.SearchQuery, query string, args []any) (catalog.Matches, error) {
	return s.matches(ctx, q, query, args)
}
