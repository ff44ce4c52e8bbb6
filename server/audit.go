package server

import (
	"context"
	"time"

	"github.com/kubernaut/datastorage/audit"
)

// AuditRecorder accepts events. *audit.Recorder is one.
type AuditRecorder interface {
	Record(ctx context.Context, events []audit.Event) (audit.Receipt, error)
	// Refused is told of events that were refused before they could be handed over.
	Refused(events int, took time.Duration)
}

// AuditQueue is what operators ask of the dead-letter queue. Every audit.Queue is one.
type AuditQueue interface {
	Stats(ctx context.Context) (audit.QueueStats, error)
	Parked(ctx context.Context, limit int) ([]audit.ParkedEntry, error)
	Retry(ctx context.Context, id string) error
	Remove(ctx context.Context, id string) (audit.ParkedEntry, error)
}

// Audit is the audit trail as the server uses it. All but the Queue are required; without one the API says that none is
// configured.
type Audit struct {
	Recorder AuditRecorder
	Reader   audit.Reader
	Verifier audit.Verifier
	Queue    AuditQueue
}
