package catalog

import (
	"errors"
	"fmt"
)

// Sentinels of this package. Adapters wrap them; callers ask with errors.Is.
var (
	// ErrPlaybookNotFound says that no version of the playbook was ever published.
	ErrPlaybookNotFound = errors.New("no such playbook")
	// ErrVersionNotFound says that the playbook exists, but not in this version.
	ErrVersionNotFound = errors.New("no such version")
	// ErrNoActiveVersion says that the playbook has versions, but none that may be used.
	ErrNoActiveVersion = errors.New("no active version")
	// ErrInvalidCursor says that a cursor is damaged or belongs to another list.
	ErrInvalidCursor = errors.New("invalid cursor")
	// ErrUnavailable says that the store cannot be reached or is overloaded; nothing was changed unless the error also
	// is ErrOutcomeUnknown.
	ErrUnavailable = errors.New("the store is not available")
	// ErrOutcomeUnknown says that the connection was lost while a change was being committed, so that it may or may not
	// have happened. Publishing again with IfExistsReturnIdentical is safe.
	ErrOutcomeUnknown = errors.New("the outcome of the change is unknown")
	// ErrTransitionNotAllowed says that a version is in a state from which a transition does not lead on, a repeat
	// included; a *TransitionNotAllowedError says in which.
	ErrTransitionNotAllowed = errors.New("transition not allowed")
	// ErrPreconditionFailed says that a version is not in the state that the caller expects. Nothing was changed.
	ErrPreconditionFailed = errors.New("precondition failed")
	// ErrLabelSchemaNotFound says that there is no label schema of this version; a *LabelSchemaNotFoundError says which
	// there are.
	ErrLabelSchemaNotFound = errors.New("no such label schema")
)

// NoActiveVersionError is ErrNoActiveVersion with the greatest version and why it is not used.
type NoActiveVersionError struct {
	PlaybookID string
	Newest     VersionRef
}

func (e *NoActiveVersionError) Error() string {
	return fmt.Sprintf("%s has no active version, the newest is %s (%s)", e.PlaybookID, e.Newest.Version, e.Newest.Status)
}

// Unwrap makes errors.Is(err, ErrNoActiveVersion) true.
func (e *NoActiveVersionError) Unwrap() error { return ErrNoActiveVersion }
