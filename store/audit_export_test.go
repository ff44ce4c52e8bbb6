package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// unchainedStatement is eventStatement without a move of the head.
var unchainedStatement = strings.Replace(eventStatement,
	`audit_move_head($4, $5, $7::bytea, $5 + events, $8::bytea, $3)`, `$7::bytea IS NOT NULL AND $8::bytea IS NOT NULL`, 1)

// RecordUnchained is Record without a chain, to measure what a chain costs: nothing is hashed, no head is read, locked or
// moved, and writers do not wait for each other.
func (t *Trail) RecordUnchained(ctx context.Context, group audit.Group) error {
	none := make([]byte, 32)
	hashes := make([]byte, 32*len(group))
	var stored int
	return t.direct.GetContext(ctx, &stored, unchainedStatement, documents(group), parentDates(group),
		microseconds(time.Now()), uuid.Nil, 0, hashes, none, none, contentHashes(group))
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
