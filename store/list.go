package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/catalog"
)

// List implements catalog.Store.
func (s *Store) List(ctx context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
	const op = "list playbooks"
	scope := listScope(q)
	after := ""
	if q.Cursor != "" {
		var err error
		if after, err = catalog.DecodeCursor(q.Cursor, scope...); err != nil {
			return catalog.VersionPage{}, mapError(ctx, op, err)
		}
	}
	query, args := buildList(q, after)
	var rows []versionRow
	if err := s.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return catalog.VersionPage{}, mapError(ctx, op, err)
	}
	listed, err := pageOf(rows, q.Limit, func(last *versionRow) string {
		return catalog.EncodeCursor(last.PlaybookID, scope...)
	})
	return listed, mapError(ctx, op, err)
}

// listScope is what a cursor is bound to: the filters, each in its place, with the terms as the open end.
func listScope(q catalog.ListQuery) []string {
	since := ""
	if q.UpdatedSince != nil {
		since = q.UpdatedSince.UTC().Format(time.RFC3339Nano)
	}
	return append([]string{"list", string(q.Status), q.Owner, since, q.Text}, q.Labels.Terms()...)
}

// buildList gives the query for one row more than the page has, and its arguments. Each playbook is looked up in the
// order of ids and stands or falls with one version of it: the latest, else the greatest. OFFSET 0 keeps the
// planner from reading all versions instead.
func buildList(q catalog.ListQuery, after string) (string, []any) {
	var b listBuilder
	b.add("p.playbook_id > $%d", after)
	if q.UpdatedSince != nil {
		b.add("p.updated_at >= $%d", *q.UpdatedSince)
	}
	if q.Status != "" {
		b.add("v.status = $%d", string(q.Status))
	}
	if terms := q.Labels.Terms(); len(terms) > 0 {
		b.add("v.label_terms @> $%d", terms)
	}
	if q.Owner != "" {
		b.add("v.owner = $%d", q.Owner)
	}
	if q.Text != "" {
		b.add("(v.playbook_id ILIKE $%[1]d OR v.title ILIKE $%[1]d OR v.description ILIKE $%[1]d)", likePattern(q.Text))
	}
	b.args = append(b.args, q.Limit+1)
	return fmt.Sprintf(`SELECT %[1]s
		FROM playbooks AS p
		CROSS JOIN LATERAL (
			SELECT %[1]s, v.label_terms
			FROM playbook_versions AS v
			WHERE v.playbook_id = p.playbook_id AND v.version = coalesce(
				(SELECT version FROM playbook_versions WHERE playbook_id = p.playbook_id AND is_latest),
				(SELECT version FROM playbook_versions WHERE playbook_id = p.playbook_id ORDER BY version_key DESC LIMIT 1)
			)
			OFFSET 0
		) AS v
		WHERE %[2]s
		ORDER BY p.playbook_id LIMIT $%[3]d`, versionColumns, strings.Join(b.conditions, " AND "), len(b.args)), b.args
}

// listBuilder collects conditions, each with one argument.
type listBuilder struct {
	conditions []string
	args       []any
}

func (b *listBuilder) add(format string, arg any) {
	b.args = append(b.args, arg)
	b.conditions = append(b.conditions, fmt.Sprintf(format, len(b.args)))
}

// likePattern gives the pattern that finds a text anywhere.
func likePattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}
