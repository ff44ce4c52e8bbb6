package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
)

// growing shows progress whose total is known once it begins.
type growing struct {
	start   func(total int) progress
	bar     *progress
	reached int
}

func (g *growing) reach(done, total int) {
	if g.bar == nil {
		bar := g.start(total)
		g.bar = &bar
	}
	for ; g.reached < done; g.reached++ {
		g.bar.step()
	}
}

func (g *growing) close() {
	if g.bar != nil {
		g.bar.end()
	}
}

// reembedSummary is what one run did, in the style of the API.
type reembedSummary struct {
	Model       string           `json:"model"`
	Dimensions  int              `json:"dimensions"`
	State       string           `json:"state,omitempty"`
	Total       int              `json:"total"`
	Filled      int              `json:"filled"`
	Embedded    int              `json:"texts_embedded"`
	Left        int              `json:"left"`
	Refused     []refusedVersion `json:"refused,omitempty"`
	TookMS      int64            `json:"took_ms"`
	Interrupted bool             `json:"interrupted,omitempty"`
	DryRun      bool             `json:"dry_run,omitempty"`
}

type refusedVersion struct {
	PlaybookID string `json:"playbook_id"`
	Version    string `json:"version"`
	Reason     string `json:"reason"`
}

func summarise(r *catalog.ReembedReport, took time.Duration, interrupted bool) *reembedSummary {
	s := &reembedSummary{
		Model: r.Model.Name, Dimensions: r.Model.Dimensions, State: string(r.Model.State), Total: r.Total, Filled: r.Filled,
		Embedded: r.Embedded, Left: r.Left, TookMS: took.Milliseconds(), Interrupted: interrupted,
	}
	for _, refused := range r.Refused {
		s.Refused = append(s.Refused, refusedVersion{refused.PlaybookID, refused.Version, refused.Reason})
	}
	return s
}

func (s *reembedSummary) text() string {
	rows := [][]string{
		{"MODEL", fmt.Sprintf("%s, %d dimensions", oneLine(s.Model), s.Dimensions)},
		{"STATE", s.State},
		{"MISSING BEFORE", fmt.Sprint(s.Total)},
		{"FILLED HERE", fmt.Sprintf("%d, for which %d texts were embedded", s.Filled, s.Embedded)},
		{"LEFT", fmt.Sprint(s.Left)},
		{"TOOK", (time.Duration(s.TookMS) * time.Millisecond).String()},
	}
	for _, r := range s.Refused {
		rows = append(rows, []string{"REFUSED", oneLine(r.PlaybookID + " " + r.Version + ": " + r.Reason)})
	}
	return columns(0, rows)
}

// reembedError says in one sentence why the move is not through.
func reembedError(r *catalog.ReembedReport, err error, interrupted bool) error {
	switch {
	case err == nil:
		return nil
	case interrupted:
		return exitcode.With(exitcode.Failure, errors.New("interrupted; the same command again goes on with what is left"))
	case errors.Is(err, catalog.ErrModelIncomplete) && len(r.Refused) > 0:
		return exitcode.With(exitcode.Failure, fmt.Errorf("%w, since the model refuses their texts; 'datastorage embeddings switch --incomplete %s' does without them",
			err, r.Model.Name))
	default:
		return modelError(fmt.Errorf("stopped, the same command again goes on with what is left: %w", err))
	}
}
