package importer

import (
	"slices"
	"time"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// Kind says why a record did not go in.
type Kind string

// The kinds of refusal.
const (
	KindUnreadable Kind = "unreadable" // it is not a record; it was not sent
	KindRefused    Kind = "refused"    // the service said that it is not acceptable
	KindFailed     Kind = "failed"     // the service failed on it; a repeat may succeed
)

// Refusal is one record that did not go in, and why.
type Refusal struct {
	Origin

	Kind            Kind                     `json:"kind"`
	PlaybookID      string                   `json:"playbook_id,omitempty"`
	Version         string                   `json:"version,omitempty"`
	Status          int                      `json:"status,omitempty"`
	Type            string                   `json:"type,omitempty"` // problem type
	Detail          string                   `json:"detail"`
	Errors          []apiclient.ProblemError `json:"errors,omitempty"`
	GreatestVersion string                   `json:"greatest_version,omitempty"`

	position int
}

// Summary accounts for every record of a batch: Found = Created + Identical + Refused + Failed + NotAttempted.
type Summary struct {
	DryRun       bool `json:"dry_run"` // then Created counts what would be created
	Found        int  `json:"found"`
	Playbooks    int  `json:"playbooks"`
	Created      int  `json:"created"`
	Pending      int  `json:"pending"` // of Created, without a vector so far
	Identical    int  `json:"identical"`
	Refused      int  `json:"refused"` // unreadable ones included
	Failed       int  `json:"failed"`
	NotAttempted int  `json:"not_attempted"`

	Refusals      []Refusal      `json:"refusals"` // refused and failed, in the order in which they were found
	IgnoredFields map[string]int `json:"ignored_fields"`
	SkippedFiles  int            `json:"skipped_files"` // in folders, of other formats
	Interrupted   bool           `json:"interrupted"`
	Stopped       string         `json:"stopped,omitempty"` // why the import ended before all was sent

	DurationSeconds   float64 `json:"duration_seconds"`
	VersionsPerSecond float64 `json:"versions_per_second"` // of what the service answered
}

// Complete reports whether every record is in the catalog now, or would be.
func (s *Summary) Complete() bool { return s.Created+s.Identical == s.Found }

// LateVersions are the refusals of versions that are lower than one in the catalog. They can never be added.
func (s *Summary) LateVersions() []Refusal {
	return slices.DeleteFunc(slices.Clone(s.Refusals), func(r Refusal) bool { return r.GreatestVersion == "" })
}

// summary starts the account of a batch with what is known before anything was sent.
func (b *Batch) summary(dryRun bool, groups int) Summary {
	return Summary{
		DryRun: dryRun, Found: b.found, Playbooks: groups, Refused: len(b.refusals),
		Refusals: slices.Clone(b.refusals), IgnoredFields: b.ignored, SkippedFiles: b.skipped,
	}
}

// finish completes the account.
func (s *Summary) finish(took time.Duration) {
	s.NotAttempted = s.Found - s.Created - s.Identical - s.Refused - s.Failed
	slices.SortFunc(s.Refusals, func(a, b Refusal) int { return a.position - b.position })
	if s.Refusals == nil {
		s.Refusals = []Refusal{} // an empty list in JSON
	}
	s.DurationSeconds = took.Seconds()
	unreadable := 0
	for _, r := range s.Refusals {
		if r.Kind == KindUnreadable {
			unreadable++
		}
	}
	if answered := s.Found - s.NotAttempted - unreadable; took > 0 {
		s.VersionsPerSecond = float64(answered) / took.Seconds()
	}
}
