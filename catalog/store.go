package catalog

import (
	"context"
	"time"
)

// Store keeps the catalog. Every method is safe for concurrent use, also by several processes on one database, and
// answers ErrUnavailable when the database cannot be reached.
type Store interface {
	// Publish stores one version in one transaction: it serialises the publishers of a playbook, checks the version
	// against those that exist, and maintains the latest version, the search row and the generation.
	//
	// Errors: versioning.ErrVersionAlreadyExists, versioning.ErrVersionNotIncremented (as a
	// *versioning.NotIncrementedError), ErrModelsChanged.
	Publish(ctx context.Context, p Publication) (Published, error)

	// Latest gives the version that is used. Errors: ErrPlaybookNotFound, *NoActiveVersionError.
	Latest(ctx context.Context, playbookID string) (Latest, error)
	// Version gives one version with its content. Errors: ErrPlaybookNotFound, ErrVersionNotFound.
	Version(ctx context.Context, playbookID, version string) (Version, error)
	// Versions lists all versions of a playbook, greatest first, without content.
	// Errors: ErrPlaybookNotFound, ErrInvalidCursor.
	Versions(ctx context.Context, playbookID string, page Page) (VersionPage, error)
	// List gives one version per playbook, its latest, else its greatest, ordered by id, without content.
	// Errors: ErrInvalidCursor.
	List(ctx context.Context, q ListQuery) (VersionPage, error)

	// Change makes a transition of one version, in one transaction with all that follows from it: the latest version,
	// the search row, the history and the generation. It gives the version as it is then.
	// Errors: ErrPlaybookNotFound, ErrVersionNotFound, ErrPreconditionFailed, *TransitionNotAllowedError.
	Change(ctx context.Context, change VersionChange) (Version, error)
	// ChangePlaybook does the same for all versions of a playbook to which the transition applies: disabling takes the
	// active ones, enabling brings back those that disabling the playbook has taken. It gives the changed versions,
	// greatest first, without content. Error: ErrPlaybookNotFound.
	ChangePlaybook(ctx context.Context, change PlaybookChange) ([]Version, error)
	// History lists all publishes and transitions of a playbook, oldest first.
	// Errors: ErrPlaybookNotFound, ErrInvalidCursor.
	History(ctx context.Context, playbookID string, page Page) (HistoryPage, error)
	// RecordExecution counts an execution unless it was counted before, and gives the version as it is then.
	// Errors: ErrPlaybookNotFound, ErrVersionNotFound.
	RecordExecution(ctx context.Context, execution Execution) (Version, error)

	// ReadVersions gives versions with their content, in the order in which they are asked for. Error: ErrVersionNotFound.
	ReadVersions(ctx context.Context, ids []VersionID) ([]Version, error)

	// Search scores the searchable playbooks as Rate does, orders them by final score, similarity and id, and counts all
	// matches. The list of hits is the caller's own.
	Search(ctx context.Context, q SearchQuery) (Matches, error)
	// Standing says where a playbook stands among all that Search scores for this query, whatever q says of TopK and
	// Exact. All of it is from one moment. Error: ErrPlaybookNotFound.
	Standing(ctx context.Context, q SearchQuery, playbookID string) (Standing, error)
	// SearchDisabled does the same with other versions: of each playbook the disabled one that would be its latest if it
	// were active. It compares all of them.
	SearchDisabled(ctx context.Context, q SearchQuery) (Matches, error)
	// Generation grows with every transaction that can change the answer to a search.
	Generation(ctx context.Context) (int64, error)

	VectorStore
	LabelSchemaStore
	ModelStore
}

// ModelStore keeps which models there are vectors of, and which one searches use.
type ModelStore interface {
	// State gives the generation and the models.
	State(ctx context.Context) (State, error)
	// ChangeModel changes the state of a model and gives the model as it is then. When it has made a model complete or
	// serving, every version that was published before is in. Errors: ErrModelNotFound, ErrModelServing,
	// ErrModelDimensions, *ModelIncompleteError.
	ChangeModel(ctx context.Context, change ModelChange) (Model, error)
	// ModelReports gives all models, the retired ones too, with how far they are.
	ModelReports(ctx context.Context) ([]ModelReport, error)
}

// VectorStore keeps the vectors of versions, and the work that is left when an embedder could not be reached.
type VectorStore interface {
	VectorReader

	// EnqueueMissing gives every active or disabled version without a vector of this model a job, and says how many were
	// added. With a job for the serving model a version is pending.
	EnqueueMissing(ctx context.Context, model string) (int, error)
	// ClaimPending leases up to limit pending versions to the caller, those that wait longest first. No two callers
	// hold the same one before the lease has run out.
	ClaimPending(ctx context.Context, model string, limit int, lease time.Duration) ([]PendingVersion, error)
	// CompletePending stores the vectors of versions, ends their being pending and renews the search rows.
	CompletePending(ctx context.Context, model string, vectors []VersionVector) error
	// PostponePending gives claimed versions back, to be claimed again after the delay.
	PostponePending(ctx context.Context, model string, versions []VersionID, delay time.Duration, reason string) error
	// CountPending says how many versions wait for a vector of this model.
	CountPending(ctx context.Context, model string) (int, error)
}

// IfExists says what to do when a version exists.
type IfExists string

// A repeat fails, or succeeds when it is identical to what is stored.
const (
	IfExistsFail            IfExists = "fail"
	IfExistsReturnIdentical IfExists = "return_identical"
)

// Publication is one version to be stored.
type Publication struct {
	Draft    Draft // normalised
	Actor    Actor
	IfExists IfExists
	DryRun   bool   // do everything, then roll back
	TextHash string // hash of the embedded text
	// Vectors has an entry for each model that is kept up, with or without a vector. Of a catalog without models it
	// makes the first one the serving model.
	Vectors []ModelVector
	// RequestID names the request in the audit trail, empty for none.
	RequestID string
	// Review looks at a version that is about to be stored, nil for not at all. It is told the greatest version below it
	// and the greatest stable one, nil for none, and may be called again when the transaction is repeated.
	Review func(below, stable *Version) Review
}

// ModelVector is the vector of a text by one model.
type ModelVector struct {
	Model      string
	Dimensions int
	Vector     []float32 // nil when there is none yet: the version then waits for it
}

// Review is what is said of a new version in comparison with those before it.
type Review struct {
	ChangeSummary string // stored when the publisher gave none
	Warnings      []string
}

// Published says what a publication did, or would have done.
type Published struct {
	Version   Version
	Identical bool // the version existed already and is identical
	Warnings  []string
}

// VersionID names one version.
type VersionID struct {
	PlaybookID string
	Version    string
}

// PendingVersion is a version that waits for its vector, with the text to embed.
type PendingVersion struct {
	VersionID

	Title       string
	Description string
	Attempts    int // claims so far, this one included
}

// VersionVector is the vector of one version.
type VersionVector struct {
	VersionID

	TextHash string
	Vector   []float32
}

// Page asks for one page of a list.
type Page struct {
	Cursor string // empty for the first page
	Limit  int    // 1 to MaxPageSize
}

// MaxPageSize bounds every list.
const MaxPageSize = 200

// VersionPage is one page of versions.
type VersionPage struct {
	Items      []Version
	NextCursor string // empty on the last page
}

// ListQuery selects playbooks. Empty fields do not filter; all others must match.
type ListQuery struct {
	Page

	Status       Status
	Labels       Labels // compared without regard to case; every custom value must be there
	Owner        string // compared exactly
	UpdatedSince *time.Time
	Text         string // occurs in id, title or description, without regard to case
}
