package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// maxRequestID is the greatest length of a request id that the history keeps, in characters.
const maxRequestID = 255

// historyRow is one row of playbook_history.
type historyRow struct {
	PlaybookID    string    `db:"playbook_id"`
	Seq           int64     `db:"seq"`
	Version       string    `db:"version"`
	Transition    string    `db:"transition"`
	FromStatus    string    `db:"from_status"`
	ToStatus      string    `db:"to_status"`
	WholePlaybook bool      `db:"whole_playbook"`
	Reason        string    `db:"reason"`
	Actor         string    `db:"actor"`
	ActorSource   string    `db:"actor_source"`
	RequestID     string    `db:"request_id"`
	At            time.Time `db:"at"`
}

const historyColumns = `playbook_id, seq, version, transition, from_status, to_status, whole_playbook, reason, actor,
	actor_source, request_id, at`

func (r *historyRow) decode() catalog.HistoryEntry {
	return catalog.HistoryEntry{
		Sequence: r.Seq, PlaybookID: r.PlaybookID, Version: r.Version, Transition: catalog.Transition(r.Transition),
		From: catalog.Status(r.FromStatus), To: catalog.Status(r.ToStatus), WholePlaybook: r.WholePlaybook, Reason: r.Reason,
		Actor: catalog.Actor{Name: r.Actor, Source: catalog.ActorSource(r.ActorSource)}, RequestID: r.RequestID, At: r.At.UTC(),
	}
}

// appendHistory records a transition of versions whose playbook is locked, so that no number is given out twice.
func appendHistory(ctx context.Context, tx *sqlx.Tx, t *transition) error {
	const statement = `INSERT INTO playbook_history (playbook_id, seq, version, transition, from_status, to_status,
			whole_playbook, reason, actor, actor_source, request_id, at)
		SELECT $1, coalesce((SELECT max(seq) FROM playbook_history WHERE playbook_id = $1), 0) + g.n, g.version, $4,
			g.from_status, $5, $6, $7, $8, $9, $10, $11
		FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS g (version, from_status, n)`
	requestID := t.requestID
	if !isLine(requestID, maxRequestID) {
		requestID = ""
	}
	_, err := tx.ExecContext(ctx, statement, t.playbookID, t.versions, t.from, string(t.kind), string(t.to), t.wholePlaybook,
		t.reason, t.actor.Name, string(t.actor.Source), requestID, t.at)
	return err
}

// lastEntry says how a version came into its present state.
func lastEntry(ctx context.Context, tx *sqlx.Tx, id catalog.VersionID) (catalog.HistoryEntry, error) {
	const query = `SELECT ` + historyColumns + ` FROM playbook_history
		WHERE playbook_id = $1 AND version = $2 ORDER BY seq DESC LIMIT 1`
	var row historyRow
	if err := tx.GetContext(ctx, &row, query, id.PlaybookID, id.Version); err != nil {
		return catalog.HistoryEntry{}, fmt.Errorf("history of %s %s: %w", id.PlaybookID, id.Version, err)
	}
	return row.decode(), nil
}

// historyScope is what the cursors of History are bound to, with the id.
const historyScope = "history"

// History implements catalog.Store.
func (s *Store) History(ctx context.Context, playbookID string, page catalog.Page) (catalog.HistoryPage, error) {
	const query = `SELECT ` + historyColumns + ` FROM playbook_history
		WHERE playbook_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`
	op := "list the history of " + playbookID
	after, err := historyCursor(playbookID, page.Cursor)
	if err != nil {
		return catalog.HistoryPage{}, mapError(ctx, op, err)
	}
	var rows []historyRow
	if err := s.db.SelectContext(ctx, &rows, query, playbookID, after, page.Limit+1); err != nil {
		return catalog.HistoryPage{}, mapError(ctx, op, err)
	}
	if len(rows) == 0 {
		if err := s.checkExists(ctx, playbookID); err != nil {
			return catalog.HistoryPage{}, mapError(ctx, op, err)
		}
	}
	var listed catalog.HistoryPage
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		listed.NextCursor = catalog.EncodeCursor(strconv.FormatInt(rows[page.Limit-1].Seq, 10), historyScope, playbookID)
	}
	for i := range rows {
		listed.Items = append(listed.Items, rows[i].decode())
	}
	return listed, nil
}

// historyCursor gives the number after which a page begins.
func historyCursor(playbookID, cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	after, err := catalog.DecodeCursor(cursor, historyScope, playbookID)
	if err != nil {
		return 0, err
	}
	seq, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: it is damaged", catalog.ErrInvalidCursor)
	}
	return seq, nil
}
