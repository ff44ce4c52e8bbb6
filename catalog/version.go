package catalog

import (
	"slices"
	"time"
)

// Status is the place of a version in its lifecycle.
type Status string

// The lifecycle: active and disabled may follow each other, both may become deprecated or archived, and what is
// deprecated may only become archived. Only an active version can be the latest one of its playbook.
const (
	StatusActive     Status = "active"
	StatusDisabled   Status = "disabled"
	StatusDeprecated Status = "deprecated"
	StatusArchived   Status = "archived"
)

// EmbeddingStatus says whether the vector of a version has been computed.
type EmbeddingStatus string

// A version is pending until an embedder has been reached for its text.
const (
	EmbeddingReady   EmbeddingStatus = "ready"
	EmbeddingPending EmbeddingStatus = "pending"
)

// ContentType is the format of a playbook's content.
type ContentType string

// The content types that a version may have. Any text is Markdown, so it is the default.
const (
	ContentYAML     ContentType = "application/yaml"
	ContentJSON     ContentType = "application/json"
	ContentMarkdown ContentType = "text/markdown"
)

// ActorSource says how the name of an actor is known.
type ActorSource string

// How the name of an actor is known: the caller said so, it was proven, or nobody gave a name.
const (
	ActorAsserted      ActorSource = "asserted"
	ActorAuthenticated ActorSource = "authenticated"
	ActorNone          ActorSource = "none"
)

// Actor is who causes a change.
type Actor struct {
	Name   string
	Source ActorSource
}

// Anonymous is the actor of a change for which nobody gave a name.
var Anonymous = Actor{Name: "anonymous", Source: ActorNone}

// Draft is what a publisher writes of one version. All of it is immutable once published.
//
// Texts that may be absent are empty then. A draft that went through Normalise has its defaults filled in, its content
// hash computed and its closed-set labels in the spelling of the schema.
type Draft struct {
	PlaybookID              string
	Version                 string
	SchemaVersion           string
	Title                   string
	Description             string
	Content                 string
	ContentType             ContentType
	ContentHash             string // SHA-256 of Content, lower-case hex
	Labels                  Labels
	Parameters              []Parameter
	Owner                   string
	Maintainer              string
	VersionNotes            string
	ChangeSummary           string
	ApprovedBy              string
	ApprovedAt              *time.Time
	ExpectedSuccessRate     *float64
	ExpectedDurationSeconds *int
}

// Equal reports whether two normalised drafts say the same.
func (d *Draft) Equal(other *Draft) bool {
	return d.PlaybookID == other.PlaybookID &&
		d.Version == other.Version &&
		d.SchemaVersion == other.SchemaVersion &&
		d.Title == other.Title &&
		d.Description == other.Description &&
		d.ContentHash == other.ContentHash &&
		d.ContentType == other.ContentType &&
		d.Labels.Equal(other.Labels) &&
		slices.EqualFunc(d.Parameters, other.Parameters, Parameter.Equal) &&
		d.Owner == other.Owner &&
		d.Maintainer == other.Maintainer &&
		d.VersionNotes == other.VersionNotes &&
		d.ChangeSummary == other.ChangeSummary &&
		d.ApprovedBy == other.ApprovedBy &&
		equalTime(d.ApprovedAt, other.ApprovedAt) &&
		equalPointer(d.ExpectedSuccessRate, other.ExpectedSuccessRate) &&
		equalPointer(d.ExpectedDurationSeconds, other.ExpectedDurationSeconds)
}

// Version is one stored version: the draft, and what the service keeps beside it.
type Version struct {
	Draft

	Status            Status
	DisabledAt        *time.Time
	DisabledBy        string
	DisabledReason    string
	DeprecationNotice string
	SupersededBy      string

	ActualSuccessRate    *float64 // nil before the first execution
	TotalExecutions      int64
	SuccessfulExecutions int64

	// ChangeSummaryGenerated says that the change summary is not the publisher's.
	ChangeSummaryGenerated bool

	IsLatest        bool
	PreviousVersion string // the greatest version below this one when it was published
	Revision        int64  // grows with each change of what is not immutable
	EmbeddingStatus EmbeddingStatus

	CreatedAt   time.Time
	CreatedBy   string
	ActorSource ActorSource // of CreatedBy
	UpdatedAt   time.Time
	UpdatedBy   string
}

// VersionRef names a version together with what its status says about it.
type VersionRef struct {
	Version        string
	Status         Status
	DisabledAt     *time.Time
	DisabledBy     string
	DisabledReason string
}

// Latest is the answer to "which version of this playbook is used", with the greater version that is not, if any.
type Latest struct {
	Version

	Newer *VersionRef // nil when the latest version is also the greatest one
}

// Written gives what the publisher wrote: the draft without a change summary that was generated.
func (v *Version) Written() Draft {
	written := v.Draft
	if v.ChangeSummaryGenerated {
		written.ChangeSummary = ""
	}
	return written
}

func equalPointer[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func equalTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
