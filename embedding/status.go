package embedding

import "time"

// State is what the last call said about a provider.
type State string

// The states of a provider.
const (
	StateUnknown State = "unknown" // not called yet
	StateUp      State = "up"      // the last call was answered, if only with a refusal
	StateDown    State = "down"    // the last call found it unavailable
)

// Status is what Guarded remembers of its provider.
type Status struct {
	State State
	// Since is when State was entered.
	Since time.Time
	// LastError is the last failure that was not a cancellation; it is kept
	// when the provider comes back. LastErrorAt is its time.
	LastError   error
	LastErrorAt time.Time
	// RetryIn is how long calls are still refused without asking the provider;
	// 0 when they are let through.
	RetryIn time.Duration
}

// Outcome classifies one call for metrics. The values are label values.
type Outcome string

// The outcomes of a call.
const (
	OutcomeOK          Outcome = "ok"
	OutcomeUnavailable Outcome = "unavailable"
	OutcomeRejected    Outcome = "rejected"
	OutcomeCanceled    Outcome = "canceled"
	OutcomeRefused     Outcome = "refused" // failed fast, the provider was not asked
)

// Observation describes one finished call of Embed.
type Observation struct {
	Model    string
	Texts    int
	Duration time.Duration
	Outcome  Outcome
}
