package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

// headsAtOnce is how many exported chains one call compares.
const headsAtOnce = 5000

func (p *Program) auditVerifyCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "verify", Short: "Prove that the trail is what was recorded", Args: usage(cobra.NoArgs),
		Long: `Have the service compute the hashes of the trail anew, in as many calls as it takes, and name the first thing that is
wrong. Ends with 0 when everything was read and nothing is wrong, with 1 when something is.`,
		Example: `  datastorage audit verify
  datastorage audit verify --correlation rr-2026-001
  datastorage audit verify --heads heads.json -o json`,
	})
	chain := r.Flags().String("chain", "", "only the chain with this id")
	correlation := r.Flags().String("correlation", "", "only the chains that hold an event of this correlation")
	file := r.Flags().String("heads", "", "export of `audit heads -o json` that must still hold")
	limit := r.Flags().Int64("limit", 0, "events per call (default: the service's)")
	resume := r.Flags().String("resume", "", "go on where an interrupted verification stopped")
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		req := apiclient.AuditVerifyRequest{
			CorrelationId: optional(*correlation != "", *correlation), Limit: optional(*limit != 0, *limit),
			Resume: optional(*resume != "", *resume),
		}
		if *chain != "" {
			id, err := uuid.Parse(*chain)
			if err != nil {
				return usageError(r.Command, fmt.Errorf("--chain: %q is not the id of a chain", *chain))
			}
			req.ChainId = &id
		}
		heads, err := readHeads(*file)
		if err != nil {
			return err
		}
		return r.verify(c, req, heads)
	})
}

// readHeads reads an export, and gives none for no file.
func readHeads(file string) (*apiclient.AuditHeads, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file) //nolint:gosec // the caller names it
	if err != nil {
		return nil, exitcode.With(exitcode.Usage, err)
	}
	var heads apiclient.AuditHeads
	if err := json.Unmarshal(data, &heads); err != nil {
		return nil, exitcode.With(exitcode.Usage, fmt.Errorf("%s is not an export of heads: %w", file, err))
	}
	return &heads, nil
}

// verify calls until everything was read and every part of the export was compared.
func (r *remote) verify(c *apiclient.ClientWithResponses, req apiclient.AuditVerifyRequest, heads *apiclient.AuditHeads) error {
	for {
		req.ExpectedHeads = nextHeads(heads)
		report, err := answer[apiclient.AuditVerification](received(c.VerifyAuditTrail(r.Context(), req)))
		if err != nil {
			if req.Resume != nil && errors.Is(r.Context().Err(), context.Canceled) {
				r.p.note("interrupted; go on with --resume %s", *req.Resume)
			}
			return err
		}
		req.Resume = report.Resume
		left := heads != nil && len(heads.Chains) > 0
		if report.FirstBreak == nil && (report.Resume != nil || left) {
			r.p.note("verified: %d events, %d chains", report.Events, report.Chains)
			continue
		}
		if err := r.show(report, func() string { return verificationText(report) }); err != nil {
			return err
		}
		if !report.Valid {
			return exitcode.With(exitcode.Failure, errors.New("the audit trail is not what was recorded"))
		}
		return nil
	}
}

// nextHeads takes the next part from an export. The record of gaps goes with each.
func nextHeads(heads *apiclient.AuditHeads) *apiclient.AuditHeads {
	if heads == nil {
		return nil
	}
	n := min(len(heads.Chains), headsAtOnce)
	part := &apiclient.AuditHeads{Chains: append([]apiclient.AuditHead{}, heads.Chains[:n]...), Gaps: heads.Gaps}
	heads.Chains = heads.Chains[n:]
	return part
}

func verificationText(v *apiclient.AuditVerification) string {
	rows := [][]string{
		{"VALID", strconv.FormatBool(v.Valid)}, {"CHAINS", strconv.Itoa(int(v.Chains))}, {"EVENTS", strconv.FormatInt(v.Events, 10)},
		{"REMOVED", strconv.FormatInt(v.Removed, 10)}, {"UNCHAINED", strconv.FormatInt(v.Unchained, 10)}, {"UNKEYED", strconv.Itoa(int(v.Unkeyed))},
	}
	if b := v.FirstBreak; b != nil {
		rows = append(rows, []string{"BREAK", string(b.Kind)})
		if b.ChainId != nil {
			rows = append(rows, []string{"CHAIN", b.ChainId.String()})
		}
		if b.ChainSeq != nil {
			rows = append(rows, []string{"NUMBER", strconv.FormatInt(*b.ChainSeq, 10)})
		}
		if b.EventId != nil {
			rows = append(rows, []string{"EVENT", b.EventId.String()})
		}
		rows = append(rows, []string{"DETAIL", oneLine(b.Detail)})
	}
	return columns(0, rows)
}

func (p *Program) auditHeadsCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "heads", Short: "Export the ends of all hash chains, to be kept elsewhere", Args: usage(cobra.NoArgs),
		Example: "  datastorage audit heads -o json > heads.json",
	})
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		var all *apiclient.AuditHeads
		params := apiclient.GetAuditHeadsParams{}
		for {
			page, err := answer[apiclient.AuditHeads](received(c.GetAuditHeads(r.Context(), &params)))
			if err != nil {
				return err
			}
			if all == nil {
				all = page
			} else {
				all.Chains = append(all.Chains, page.Chains...)
			}
			if page.HasMore == nil || !*page.HasMore || len(page.Chains) == 0 {
				all.HasMore = nil
				return r.show(all, func() string { return headsTable(all) })
			}
			params.After = &page.Chains[len(page.Chains)-1].Number
		}
	})
}

func headsTable(heads *apiclient.AuditHeads) string {
	rows := [][]string{{"NUMBER", "CHAIN", "EVENTS", "CLOSED", "HASH"}}
	for i := range heads.Chains {
		h := &heads.Chains[i]
		rows = append(rows, []string{
			strconv.FormatInt(h.Number, 10), h.ChainId.String(), strconv.FormatInt(h.Seq, 10), strconv.FormatBool(h.Closed), h.Hash,
		})
	}
	return columns(0, rows)
}
