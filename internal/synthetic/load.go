package synthetic

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"
	"github.com/pgvector/pgvector-go"

	"github.com/kubernaut/datastorage/catalog"
)

// Version is the one version that each synthetic playbook has.
const Version = "v1.0.0"

const (
	versionKey = "011.010.010~"
	batch      = 5000
)

// Load stores the playbooks from number first to number end, which is left out, by COPY: as they would be after each was
// published with a vector of the model. The database has the schema of the service. progress hears after each batch how
// many are stored, and may be nil. Statistics are gathered at the end, as autovacuum would soon.
func (g *Generator) Load(ctx context.Context, db *sql.DB, model string, first, end int, progress func(stored int)) error {
	for from := first; from < end; from += batch {
		to := min(from+batch, end)
		if err := g.store(ctx, db, model, g.playbooks(from, to)); err != nil {
			return fmt.Errorf("store synthetic playbooks %d to %d: %w", from, to, err)
		}
		if progress != nil {
			progress(to - first)
		}
	}
	_, err := db.ExecContext(ctx, `VACUUM ANALYZE`)
	return err
}

// playbooks makes playbooks on all processors.
func (g *Generator) playbooks(from, to int) []Playbook {
	list := make([]Playbook, to-from)
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(list); i += workers {
				list[i] = g.Playbook(from + i)
			}
		})
	}
	wg.Wait()
	return list
}

// table is one table with how a playbook fills it.
type table struct {
	name    string
	columns []string
	row     func(p *Playbook) ([]any, error)
}

func tables(model string, at time.Time) []table {
	hash := strings.Repeat("0", 64)
	return []table{
		{"playbooks", []string{"playbook_id", "created_at", "updated_at"}, func(p *Playbook) ([]any, error) {
			return []any{p.ID, at, at}, nil
		}},
		{"playbook_versions", []string{
			"playbook_id", "version", "version_key", "schema_version", "title", "description", "content", "content_type",
			"content_hash", "labels", "label_terms", "parameters", "is_latest", "embedding_status", "created_at", "created_by",
			"actor_source", "updated_at", "updated_by",
		}, func(p *Playbook) ([]any, error) {
			labels, err := json.Marshal(p.Labels)
			return []any{
				p.ID, Version, versionKey, catalog.DefaultSchemaVersion, "Title of " + p.ID, strings.Repeat("What it does. ", 15),
				strings.Repeat("kubectl get pods\n", 60), "text/markdown", hash, string(labels), pq.StringArray(p.Labels.Terms()),
				"[]", true, "ready", at, "synthetic", "none", at, "synthetic",
			}, err
		}},
		{"playbook_embeddings", []string{
			"playbook_id", "version", "model", "dimensions", "text_hash", "embedding",
		}, func(p *Playbook) ([]any, error) {
			return []any{p.ID, Version, model, len(p.Vector), hash, pgvector.NewVector(p.Vector)}, nil
		}},
		{"playbook_search", append([]string{"playbook_id", "version"}, labelColumns...), func(p *Playbook) ([]any, error) {
			return append([]any{p.ID, Version}, labelValues(p.Labels)...), nil
		}},
		{
			"playbook_search_vectors",
			append([]string{"playbook_id", "model", "vector_version", "version", "embedding"}, labelColumns...),
			func(p *Playbook) ([]any, error) {
				return append([]any{p.ID, model, Version, Version, pgvector.NewVector(p.Vector)}, labelValues(p.Labels)...), nil
			},
		},
	}
}

// labelColumns are the columns of the labels in the tables of searches.
var labelColumns = []string{
	catalog.LabelSignalType, catalog.LabelSeverity, catalog.LabelComponent, catalog.LabelEnvironment, catalog.LabelPriority,
	catalog.LabelRiskTolerance, catalog.LabelBusinessCategory, catalog.LabelResourceManagement, catalog.LabelGitOpsTool,
	"custom_terms",
}

func labelValues(labels catalog.Labels) []any {
	values := make([]any, 0, len(labelColumns))
	for _, name := range labelColumns[:len(labelColumns)-1] {
		value := sql.NullString{String: catalog.Fold(labels.Get(name))}
		value.Valid = value.String != ""
		values = append(values, value)
	}
	return append(values, pq.StringArray(labels.CustomTerms()))
}

// store adds a batch in one transaction.
func (g *Generator) store(ctx context.Context, db *sql.DB, model string, list []Playbook) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, t := range tables(model, time.Now().UTC().Truncate(time.Microsecond)) {
		if err := t.copy(ctx, tx, list); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return tx.Commit()
}

func (t *table) copy(ctx context.Context, tx *sql.Tx, list []Playbook) error {
	statement, err := tx.PrepareContext(ctx, `COPY `+t.name+` (`+strings.Join(t.columns, ", ")+`) FROM STDIN`)
	if err != nil {
		return err
	}
	defer func() { _ = statement.Close() }() // which ends a COPY that failed
	for i := range list {
		row, err := t.row(&list[i])
		if err != nil {
			return err
		}
		if _, err := statement.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = statement.ExecContext(ctx)
	return err
}
