package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
)

// unchainedStatement is eventStatement without a move of the head.
var unchainedStatement = strings.Replace(eventStatement,
	`audit_move_head($4, $5, $8::bytea, $5 + events, $9::bytea, $3)`, `$8::bytea IS NOT NULL AND $9::bytea IS NOT NULL`, 1)

// RecordUnchained is Record without a chain, to measure what a chain costs: nothing is hashed, no head is read, locked or
// moved, and writers do not wait for each other.
func (t *Trail) RecordUnchained(ctx context.Context, group audit.Group) error {
	return t.store.inTx(ctx, "record without a chain", func(ctx context.Context, tx *sqlx.Tx) error {
		var result struct {
			Events int  `db:"events"`
			Moved  bool `db:"moved"`
		}
		none := make([]byte, 32)
		hashes := make([]byte, 32*len(group))
		err := tx.GetContext(ctx, &result, unchainedStatement, documents(group), parentDates(group),
			microseconds(time.Now()), uuid.Nil, 0, hashes, len(group), none, none)
		if err == nil && !result.Moved {
			err = errKeysTaken
		}
		return err
	})
}

// What the tests of plans need to see.
var (
	ChildrenQuery  = childrenQuery
	EventQuery     = eventQuery
	AncestorsQuery = ancestorsQuery
	TreeQuery      = treeQuery
	LinksQuery     = linksQuery
	BuildEvents    = buildEvents
)
