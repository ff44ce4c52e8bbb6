package catalog

import (
	"context"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Bounds of what a change of the lifecycle says, in characters.
const (
	MaxReasonLength       = 2000
	maxNoticeLength       = 10_000
	maxSupersededByLength = 320
	maxExecutionIDLength  = 255
	maxExecutionMS        = maxDuration * 1000
)

// Change makes a transition of one version, and gives the version as it is then. A search that begins after the answer
// does not find what may not be used.
//
// Errors: *validation.Error, versioning.ErrInvalidFormat, ErrPlaybookNotFound, ErrVersionNotFound, ErrPreconditionFailed,
// *TransitionNotAllowedError, ErrUnavailable, ErrOutcomeUnknown.
func (c *Catalog) Change(ctx context.Context, change VersionChange) (Changed, error) {
	if err := checkVersionID(change.PlaybookID, change.Version); err != nil {
		return Changed{}, err
	}
	var v validation.Violations
	checkTransition(&v, change.Transition, change.Reason, change.Actor)
	checkDeprecation(&v, &change)
	if err := v.Err(); err != nil {
		return Changed{}, err
	}
	change.Actor = orAnonymous(change.Actor)
	change.RequestID = RequestID(ctx)
	version, err := c.store.Change(ctx, change)
	return Changed{Version: version, Warnings: c.invalidate(ctx, change.PlaybookID, err)}, err
}

// ChangePlaybook disables all active versions of a playbook, or enables those again that this has disabled and that are
// still so. It gives the changed versions, greatest first and without content; none for a repeat.
//
// Errors: *validation.Error, ErrPlaybookNotFound, ErrUnavailable, ErrOutcomeUnknown.
func (c *Catalog) ChangePlaybook(ctx context.Context, change PlaybookChange) (ChangedPlaybook, error) {
	var v validation.Violations
	checkID(&v, change.PlaybookID)
	checkTransition(&v, change.Transition, change.Reason, change.Actor)
	if change.Transition != TransitionDisable && change.Transition != TransitionEnable {
		v.Add("/transition", "a whole playbook can be disabled and enabled only")
	}
	if err := v.Err(); err != nil {
		return ChangedPlaybook{}, err
	}
	change.Actor = orAnonymous(change.Actor)
	change.RequestID = RequestID(ctx)
	versions, err := c.store.ChangePlaybook(ctx, change)
	changed := ChangedPlaybook{Versions: versions}
	if err != nil || len(versions) > 0 {
		changed.Warnings = c.invalidate(ctx, change.PlaybookID, err)
	}
	return changed, err
}

// History lists all publishes and transitions of a playbook, oldest first. Errors: those of Store.History.
func (c *Catalog) History(ctx context.Context, playbookID string, page Page) (HistoryPage, error) {
	var v validation.Violations
	checkID(&v, playbookID)
	page.check(&v)
	if err := v.Err(); err != nil {
		return HistoryPage{}, err
	}
	return c.store.History(ctx, playbookID, page)
}

// RecordExecution counts the outcome of an execution, whatever the status of the version, and gives the version as it is
// then. An execution that was counted before changes nothing.
//
// Errors: *validation.Error, versioning.ErrInvalidFormat, ErrPlaybookNotFound, ErrVersionNotFound, ErrUnavailable,
// ErrOutcomeUnknown.
func (c *Catalog) RecordExecution(ctx context.Context, execution Execution) (Version, error) {
	if err := checkVersionID(execution.PlaybookID, execution.Version); err != nil {
		return Version{}, err
	}
	var v validation.Violations
	checkRequired(&v, "/execution_id", execution.ExecutionID)
	v.Line("/execution_id", execution.ExecutionID, maxExecutionIDLength)
	if execution.DurationMS < 0 || execution.DurationMS > maxExecutionMS {
		v.Add("/duration_ms", "must be between 0 and %d", maxExecutionMS)
	}
	if err := v.Err(); err != nil {
		return Version{}, err
	}
	return c.store.RecordExecution(ctx, execution)
}

func checkTransition(v *validation.Violations, transition Transition, reason string, actor Actor) {
	if !transition.known() {
		v.Add("/transition", "there is no transition %q", validation.Clip(string(transition)))
	}
	if transition != TransitionEnable {
		checkRequired(v, "/reason", reason)
	}
	v.Text("/reason", reason, MaxReasonLength)
	v.Line("/actor", actor.Name, maxNameLength)
}

func checkDeprecation(v *validation.Violations, change *VersionChange) {
	if change.Transition != TransitionDeprecate && change.DeprecationNotice != "" {
		v.Add("/deprecation_notice", "goes with deprecating only")
	}
	if change.Transition != TransitionDeprecate && change.SupersededBy != "" {
		v.Add("/superseded_by", "goes with deprecating only")
	}
	v.Text("/deprecation_notice", change.DeprecationNotice, maxNoticeLength)
	v.Line("/superseded_by", change.SupersededBy, maxSupersededByLength)
}

func orAnonymous(actor Actor) Actor {
	if strings.TrimSpace(actor.Name) == "" {
		return Anonymous
	}
	return actor
}
