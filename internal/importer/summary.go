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
	Source          Origin                   `json:"source"`
	Kind            Kind                     `json:"kind"`
	PlaybookID      string                   `json:"playbook_id,omitempty"`
	Version         string                   `json:"version,omitempty"`
	Status          int                      `json:"status,omitempty"`
	Type            string                   `json:"type,omitempty"` // problem type
	Reason          string                   `json:"reason"`
	Errors          []apiclient.ProblemError `json:"errors,omitempty"`
	GreatestVersion string                   `json:"greatest_version,omitempty"`

	position int
}

// Summary accounts for every record of a batch: Found is Created, Identical, those Refused and NotAttempted together.
type Summary struct {
	DryRun       bool      `json:"dry_run"` // then Created counts what would be created
	Found        int       `json:"found"`
	Playbooks    int       `json:"playbooks"`
	Created      int       `json:"created"`
	Pending      int       `json:"pending"` // of Created, without a vector so far
	Identical    int       `json:"identical"`
	NotAttempted int       `json:"not_attempted"`
	Refused      []Refusal `json:"refused"` // all kinds, in the order in which they were found

	IgnoredFields map[string]int `json:"ignored_fields"`
	SkippedFiles  int            `json:"skipped_files"` // in folders, of other formats
	Interrupted   bool           `json:"interrupted"`
	Stopped       string         `json:"stopped,omitempty"` // why the import ended before all was sent

	DurationSeconds   float64 `json:"duration_seconds"`
	VersionsPerSecond float64 `json:"versions_per_second"` // of what the service answered
}

// Complete reports whether every record is in the catalog now, or would be.
func (s *Summary) Complete() bool { return s.Created+s.Identical == s.Found }

// Count is how many refusals of a kind there are.
func (s *Summary) Count(kind Kind) int {
	n := 0
	for i := range s.Refused {
		if s.Refused[i].Kind == kind {
			n++
		}
	}
	return n
}

// Late is how many versions were refused because a greater one is in the catalog. They can never be added.
func (s *Summary) Late() int {
	n := 0
	for i := range s.Refused {
		if s.Refused[i].GreatestVersion != "" {
			n++
		}
	}
	return n
}

// summary starts the account of a batch with what is known before anything was sent.
func (b *Batch) summary(dryRun bool) Summary {
	ids := map[string]bool{}
	for i := range b.records {
		ids[b.records[i].playbookID] = true
	}
	delete(ids, "") // records that do not say
	return Summary{
		DryRun: dryRun, Found: b.found, Playbooks: len(ids),
		Refused: append([]Refusal{}, b.refusals...), IgnoredFields: b.ignored, SkippedFiles: b.skipped,
	}
}

// finish completes the account.
func (s *Summary) finish(took time.Duration) {
	s.NotAttempted = s.Found - s.Created - s.Identical - len(s.Refused)
	slices.SortFunc(s.Refused, func(a, b Refusal) int { return a.position - b.position })
	s.DurationSeconds = took.Seconds()
	if answered := s.Found - s.NotAttempted - s.Count(KindUnreadable); took > 0 {
		s.VersionsPerSecond = float64(answered) / took.Seconds()
	}
}
