package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/server"
)

var (
	_ server.Catalog = (*catalog.Catalog)(nil)
	_ server.Catalog = (*fakeCatalog)(nil)
)

// fakeCatalog answers what a test tells it to; a method without a function gives a plausible answer.
type fakeCatalog struct {
	publish  func(context.Context, catalog.PublishRequest) (catalog.Published, error)
	latest   func(context.Context, string) (catalog.Latest, error)
	version  func(context.Context, string, string) (catalog.Version, error)
	versions func(context.Context, string, catalog.Page) (catalog.VersionPage, error)
	list     func(context.Context, catalog.ListQuery) (catalog.VersionPage, error)
	search   func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error)
	change   func(context.Context, catalog.VersionChange) (catalog.Changed, error)
	whole    func(context.Context, catalog.PlaybookChange) (catalog.ChangedPlaybook, error)
	history  func(context.Context, string, catalog.Page) (catalog.HistoryPage, error)
	execute  func(context.Context, catalog.Execution) (catalog.Version, error)
	schemas  func(context.Context) ([]catalog.LabelSchema, error)
	schema   func(context.Context, string) (catalog.LabelSchema, error)
}

// failing gives a catalog of which every method fails alike.
func failing(err error) *fakeCatalog {
	return calling(func(context.Context) error { return err })
}

// calling gives a catalog of which every method does the same.
func calling(do func(context.Context) error) *fakeCatalog {
	return &fakeCatalog{
		publish: func(ctx context.Context, _ catalog.PublishRequest) (catalog.Published, error) {
			return catalog.Published{Version: storedVersion()}, do(ctx)
		},
		latest: func(ctx context.Context, _ string) (catalog.Latest, error) {
			return catalog.Latest{Version: storedVersion()}, do(ctx)
		},
		version: func(ctx context.Context, _, _ string) (catalog.Version, error) { return storedVersion(), do(ctx) },
		versions: func(ctx context.Context, _ string, _ catalog.Page) (catalog.VersionPage, error) {
			return catalog.VersionPage{}, do(ctx)
		},
		list: func(ctx context.Context, _ catalog.ListQuery) (catalog.VersionPage, error) {
			return catalog.VersionPage{}, do(ctx)
		},
		search: func(ctx context.Context, _ catalog.SearchRequest) (catalog.SearchAnswer, error) {
			return catalog.SearchAnswer{Mode: catalog.ModeSemantic, Rank: catalog.RankSimilarity}, do(ctx)
		},
		change: func(ctx context.Context, _ catalog.VersionChange) (catalog.Changed, error) {
			return catalog.Changed{Version: storedVersion()}, do(ctx)
		},
		whole: func(ctx context.Context, _ catalog.PlaybookChange) (catalog.ChangedPlaybook, error) {
			return catalog.ChangedPlaybook{}, do(ctx)
		},
		history: func(ctx context.Context, _ string, _ catalog.Page) (catalog.HistoryPage, error) {
			return catalog.HistoryPage{}, do(ctx)
		},
		execute: func(ctx context.Context, _ catalog.Execution) (catalog.Version, error) {
			return storedVersion(), do(ctx)
		},
		schemas: func(ctx context.Context) ([]catalog.LabelSchema, error) { return nil, do(ctx) },
		schema: func(ctx context.Context, _ string) (catalog.LabelSchema, error) {
			return catalogtest.LabelSchema(), do(ctx)
		},
	}
}

func (f *fakeCatalog) Publish(ctx context.Context, req catalog.PublishRequest) (catalog.Published, error) {
	if f.publish == nil {
		return catalog.Published{Version: storedVersion()}, nil
	}
	return f.publish(ctx, req)
}

func (f *fakeCatalog) Latest(ctx context.Context, id string) (catalog.Latest, error) {
	if f.latest == nil {
		return catalog.Latest{Version: storedVersion()}, nil
	}
	return f.latest(ctx, id)
}

func (f *fakeCatalog) Version(ctx context.Context, id, version string) (catalog.Version, error) {
	if f.version == nil {
		return storedVersion(), nil
	}
	return f.version(ctx, id, version)
}

func (f *fakeCatalog) Versions(ctx context.Context, id string, page catalog.Page) (catalog.VersionPage, error) {
	if f.versions == nil {
		return catalog.VersionPage{Items: []catalog.Version{storedVersion()}, NextCursor: "next"}, nil
	}
	return f.versions(ctx, id, page)
}

func (f *fakeCatalog) List(ctx context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
	if f.list == nil {
		return catalog.VersionPage{Items: []catalog.Version{storedVersion()}, NextCursor: "next"}, nil
	}
	return f.list(ctx, q)
}

func (f *fakeCatalog) Search(ctx context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error) {
	if f.search == nil {
		return foundOne(), nil
	}
	return f.search(ctx, req)
}

func (f *fakeCatalog) Change(ctx context.Context, change catalog.VersionChange) (catalog.Changed, error) {
	if f.change == nil {
		return catalog.Changed{Version: storedVersion()}, nil
	}
	return f.change(ctx, change)
}

func (f *fakeCatalog) ChangePlaybook(ctx context.Context, change catalog.PlaybookChange) (catalog.ChangedPlaybook, error) {
	if f.whole == nil {
		return catalog.ChangedPlaybook{Versions: []catalog.Version{storedVersion()}}, nil
	}
	return f.whole(ctx, change)
}

func (f *fakeCatalog) History(ctx context.Context, id string, page catalog.Page) (catalog.HistoryPage, error) {
	if f.history == nil {
		return catalog.HistoryPage{Items: []catalog.HistoryEntry{disabledEntry()}, NextCursor: "next"}, nil
	}
	return f.history(ctx, id, page)
}

func (f *fakeCatalog) RecordExecution(ctx context.Context, execution catalog.Execution) (catalog.Version, error) {
	if f.execute == nil {
		return storedVersion(), nil
	}
	return f.execute(ctx, execution)
}

func (f *fakeCatalog) LabelSchemas(ctx context.Context) ([]catalog.LabelSchema, error) {
	if f.schemas == nil {
		return []catalog.LabelSchema{catalogtest.LabelSchema()}, nil
	}
	return f.schemas(ctx)
}

func (f *fakeCatalog) LabelSchema(ctx context.Context, version string) (catalog.LabelSchema, error) {
	if f.schema == nil {
		return catalogtest.LabelSchema(), nil
	}
	return f.schema(ctx, version)
}

// disabledEntry has every field set that an entry of a history can have.
func disabledEntry() catalog.HistoryEntry {
	return catalog.HistoryEntry{
		Sequence: 7, PlaybookID: "example-oom-killed", Version: "v1.0.0", Transition: catalog.TransitionDisable,
		From: catalog.StatusActive, To: catalog.StatusDisabled, WholePlaybook: true, Reason: "broke things",
		Actor: catalog.Actor{Name: "carol", Source: catalog.ActorAsserted}, RequestID: "request-1", At: storedAt,
	}
}

var storedAt = time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)

// storedVersion has every field set that a version can have.
func storedVersion() catalog.Version {
	rate, seconds, actual := 0.92, 120, 0.5
	approved, disabled := storedAt.Add(-time.Hour), storedAt.Add(time.Hour)
	return catalog.Version{
		Draft: catalog.Draft{
			PlaybookID: "example-oom-killed", Version: "v1.0.0", SchemaVersion: "1.0",
			Title: "Container killed", Description: "Raise the limit.",
			Content: "# Raise <the> limit", ContentType: catalog.ContentMarkdown,
			ContentHash: "6df4fa2f13a1f1a3df5a9d8e1b9e9f0b2b5f8a3c5a7c1de6f4d8b0c2a4e6f810",
			Labels: catalog.Labels{
				Values: map[string]string{
					"signal_type": "OOMKilled", "severity": "critical", "component": "deployment", "environment": "production",
					"priority": "P1", "risk_tolerance": "low", "business_category": "shop", "resource_management": "gitops",
					"gitops_tool": "argocd",
				},
				Custom: map[string][]string{"team": {"payments", "shop"}},
			},
			Parameters: []catalog.Parameter{{
				Name: "LIMIT", Type: catalog.ParameterString, Required: true, Description: "New limit",
				Pattern: "^[0-9]+Mi$", Default: []byte(`"512Mi"`), DependsOn: []string{"NAMESPACE"},
			}, {
				Name: "REPLICAS", Type: catalog.ParameterInteger, Minimum: ptr(1.0), Maximum: ptr(9.0),
				Enum: []rawJSON{[]byte("1"), []byte("3")},
			}},
			Owner: "platform", Maintainer: "platform@example.com", VersionNotes: "notes", ChangeSummary: "summary",
			ApprovedBy: "bob", ApprovedAt: &approved, ExpectedSuccessRate: &rate, ExpectedDurationSeconds: &seconds,
		},
		Status: catalog.StatusDisabled, DisabledAt: &disabled, DisabledBy: "carol", DisabledReason: "broke things",
		DeprecationNotice: "use another", SupersededBy: "other",
		ActualSuccessRate: &actual, TotalExecutions: 4, SuccessfulExecutions: 2,
		IsLatest: true, PreviousVersion: "v0.9.0", Revision: 3, EmbeddingStatus: catalog.EmbeddingReady,
		CreatedAt: storedAt, CreatedBy: "alice", ActorSource: catalog.ActorAsserted, UpdatedAt: storedAt, UpdatedBy: "carol",
	}
}

func foundOne() catalog.SearchAnswer {
	return catalog.SearchAnswer{
		Matches: catalog.Matches{Total: 7, Exact: true, Hits: []catalog.Hit{{
			PlaybookID: "example-oom-killed", Version: "v1.0.0", Title: "Container killed", Description: "Raise the limit.",
			Labels: storedVersion().Labels, Owner: "platform", ExpectedSuccessRate: ptr(0.92), Content: "# Raise",
			Similarity: ptr(1.0000001), Text: &catalog.TextMatch{Score: 0.25, Relevance: 0.75},
			Score: catalog.Score{Boost: 100, Penalty: 50, Final: 1}, Provisional: true, Record: ptr(storedVersion()),
		}}},
		Mode: catalog.ModeSemantic, Rank: catalog.RankFusion, Model: "a-model", Warnings: []string{"careful"},
	}
}

// emptyStore has no playbooks, but takes changes as if there was the one that the contract has as its example. What it
// does not implement must not be called.
type emptyStore struct{ catalog.Store }

func (emptyStore) Publish(_ context.Context, p catalog.Publication) (catalog.Published, error) {
	stored := storedVersion()
	stored.Draft = p.Draft
	return catalog.Published{Version: stored}, nil
}

func (emptyStore) LabelSchemas(context.Context) ([]catalog.LabelSchema, error) {
	return []catalog.LabelSchema{catalogtest.LabelSchema()}, nil
}

func (emptyStore) State(context.Context) (catalog.State, error) { return catalog.State{}, nil }

func (emptyStore) VectorsByText(context.Context, string, []string) (map[string][]float32, error) {
	return nil, nil
}

func (emptyStore) Latest(context.Context, string) (catalog.Latest, error) {
	return catalog.Latest{}, catalog.ErrPlaybookNotFound
}

func (emptyStore) Version(context.Context, string, string) (catalog.Version, error) {
	return catalog.Version{}, catalog.ErrPlaybookNotFound
}

func (emptyStore) Versions(_ context.Context, id string, _ catalog.Page) (catalog.VersionPage, error) {
	_, err := exampleOnly(catalog.VersionID{PlaybookID: id, Version: "v1.0.0"})
	return catalog.VersionPage{}, err
}

func (emptyStore) List(_ context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
	if q.Cursor == "" {
		return catalog.VersionPage{}, nil
	}
	_, err := catalog.DecodeCursor(q.Cursor, "playbooks")
	return catalog.VersionPage{}, err
}

func (emptyStore) ReadVersions(context.Context, []catalog.VersionID) ([]catalog.Version, error) {
	return nil, nil
}

func (emptyStore) SearchDisabled(context.Context, catalog.SearchQuery) (catalog.Matches, error) {
	return catalog.Matches{}, nil
}

func (emptyStore) Search(context.Context, catalog.SearchQuery) (catalog.Matches, error) {
	return catalog.Matches{}, nil
}

func (emptyStore) Change(_ context.Context, change catalog.VersionChange) (catalog.Version, error) {
	return exampleOnly(change.VersionID)
}

func (emptyStore) ChangePlaybook(_ context.Context, change catalog.PlaybookChange) ([]catalog.Version, error) {
	_, err := exampleOnly(catalog.VersionID{PlaybookID: change.PlaybookID, Version: "v1.0.0"})
	return nil, err
}

func (emptyStore) RecordExecution(_ context.Context, execution catalog.Execution) (catalog.Version, error) {
	return exampleOnly(execution.VersionID)
}

func (emptyStore) History(context.Context, string, catalog.Page) (catalog.HistoryPage, error) {
	return catalog.HistoryPage{}, catalog.ErrPlaybookNotFound
}

func exampleOnly(id catalog.VersionID) (catalog.Version, error) {
	example := storedVersion()
	switch {
	case id.PlaybookID != example.PlaybookID:
		return catalog.Version{}, catalog.ErrPlaybookNotFound
	case id.Version != example.Version:
		return catalog.Version{}, catalog.ErrVersionNotFound
	}
	return example, nil
}

type oneVector struct{ embedding.Embedder }

func (oneVector) Model() string   { return "a-model" }
func (oneVector) Dimensions() int { return 1 }

func (oneVector) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i := range vectors {
		vectors[i] = []float32{1}
	}
	return vectors, nil
}

// emptyCatalog is the real domain over no playbooks.
func emptyCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.New(catalog.Config{Store: emptyStore{}, Embedder: oneVector{}})
	require.NoError(t, err)
	return c
}

func ptr[T any](value T) *T { return &value }
