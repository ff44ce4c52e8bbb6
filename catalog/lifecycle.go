package catalog

import (
	"fmt"
	"slices"
	"time"
)

// Transition is a step in the lifecycle of a version.
type Transition string

// The transitions. A publish is the first step of every version; nobody asks for it by this name.
const (
	TransitionPublish   Transition = "publish"
	TransitionDisable   Transition = "disable"
	TransitionEnable    Transition = "enable"
	TransitionDeprecate Transition = "deprecate"
	TransitionArchive   Transition = "archive"
)

// lifecycle is the status machine: where each transition begins and where it leads. What is not in it is not allowed,
// a repeat included.
var lifecycle = []struct {
	transition Transition
	from       []Status
	to         Status
}{
	{TransitionDisable, []Status{StatusActive}, StatusDisabled},
	{TransitionEnable, []Status{StatusDisabled}, StatusActive},
	{TransitionDeprecate, []Status{StatusActive, StatusDisabled}, StatusDeprecated},
	{TransitionArchive, []Status{StatusActive, StatusDisabled, StatusDeprecated}, StatusArchived},
}

// From gives the status that a version of this status has after the transition. It reports false when the transition is
// not allowed.
func (t Transition) From(status Status) (Status, bool) {
	for _, row := range lifecycle {
		if row.transition == t && slices.Contains(row.from, status) {
			return row.to, true
		}
	}
	return "", false
}

// known reports whether the transition may be asked for.
func (t Transition) known() bool {
	for _, row := range lifecycle {
		if row.transition == t {
			return true
		}
	}
	return false
}

// VersionChange asks for a transition of one version.
type VersionChange struct {
	VersionID

	Transition Transition
	Reason     string // 1 to MaxReasonLength characters; may be empty for TransitionEnable only
	Actor      Actor
	// DeprecationNotice and SupersededBy go with TransitionDeprecate only, and may be empty.
	DeprecationNotice string
	SupersededBy      string
	// Matches says whether the version is in the state that the caller expects, nil for any. It is asked under the lock
	// of the version, and once more for each repeat of the transaction.
	Matches func(*Version) bool
	// RequestID names the request in the history, empty for none.
	RequestID string
}

// PlaybookChange asks for a transition of a whole playbook, TransitionDisable or TransitionEnable.
type PlaybookChange struct {
	PlaybookID string
	Transition Transition
	Reason     string // as of VersionChange
	Actor      Actor
	RequestID  string
}

// Changed is what came of a VersionChange.
type Changed struct {
	Version  Version
	Warnings []string
}

// ChangedPlaybook is what came of a PlaybookChange: the versions that were changed, none for a repeat.
type ChangedPlaybook struct {
	Versions []Version
	Warnings []string
}

// HistoryEntry is one publish or transition of one version.
type HistoryEntry struct {
	Sequence      int64 // numbers the entries of a playbook from 1, in the order in which they happened
	PlaybookID    string
	Version       string
	Transition    Transition
	From          Status // empty for a publish
	To            Status
	WholePlaybook bool // the transition was asked for the whole playbook
	Reason        string
	Actor         Actor
	RequestID     string // empty when it is not known
	At            time.Time
}

// HistoryPage is one page of a history, oldest first.
type HistoryPage struct {
	Items      []HistoryEntry
	NextCursor string // empty on the last page
}

// Execution is the outcome of one execution of a version.
type Execution struct {
	VersionID

	ExecutionID string // 1 to 255 characters; counted once per version
	Success     bool
	DurationMS  int64
}

// TransitionNotAllowedError is ErrTransitionNotAllowed with the state that stands against it.
type TransitionNotAllowedError struct {
	Transition Transition
	Last       HistoryEntry // how the version came into its present state, Last.To
}

func (e *TransitionNotAllowedError) Error() string {
	return fmt.Sprintf("cannot %s %s %s: it is %s since %s (%s by %s)", e.Transition, e.Last.PlaybookID, e.Last.Version, e.Last.To,
		e.Last.At.UTC().Format(time.RFC3339), e.Last.Transition, e.Last.Actor.Name)
}

// Unwrap makes errors.Is(err, ErrTransitionNotAllowed) true.
func (e *TransitionNotAllowedError) Unwrap() error { return ErrTransitionNotAllowed }
