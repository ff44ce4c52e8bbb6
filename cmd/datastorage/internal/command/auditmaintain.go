package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/store"
)

// onTrail completes a command that works on the audit trail as the owner of the tables.
func (p *Program) onTrail(cmd *cobra.Command, do func(context.Context, *store.Trail) error) *cobra.Command {
	cmd.Args = usage(cobra.NoArgs)
	load := p.settings(cmd, config.Default(), "database.url", "database.url_file", "admin.database_url", "admin.database_url_file",
		"audit.key_file", "audit.window_past")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err != nil {
			return err
		}
		s, err := app.OpenTrail(cfg, p.Build, app.NewLogger(p.Err, cfg.Log))
		if err != nil {
			return err
		}
		err = do(cmd.Context(), s.Trail())
		if errors.Is(err, audit.ErrUnavailable) && cmd.Context().Err() == nil {
			err = exitcode.With(exitcode.Unavailable, err)
		}
		return errors.Join(err, s.Close())
	}
	return cmd
}

// backfilled is the outcome of a backfill for machines.
type backfilled struct {
	Pending   int64    `json:"pending"`
	Filled    int64    `json:"filled"`
	Orphaned  int64    `json:"orphaned"`
	Validated bool     `json:"validated"`
	Orphans   []orphan `json:"orphans"` // at most maxOrphans
}

type orphan struct {
	EventID  uuid.UUID `json:"event_id"`
	Date     string    `json:"event_date"`
	ParentID uuid.UUID `json:"parent_event_id"`
}

// maxOrphans bounds the orphans that are listed at the end; the table has all of them, as they are found.
const maxOrphans = 10_000

func (p *Program) auditBackfillCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "backfill-parents", Short: "Complete rows of an earlier release that name a parent without its date",
		Long: `Fill in parent_event_date in batches, and then validate that both columns of a parent come together. What is done
stays done when it is interrupted: run it again. Rows whose parent was never recorded are listed and left alone, and the
constraint stays not validated, unless --accept-orphans says that this is known. Ends with 1 when it is not validated.`,
		Example: `  datastorage audit backfill-parents --dry-run
  datastorage audit backfill-parents --rate 5000`,
	}
	var req store.BackfillRequest
	cmd.Flags().IntVar(&req.BatchSize, "batch-size", 1000, "rows per transaction")
	cmd.Flags().IntVar(&req.RowsPerSecond, "rate", 0, "rows per second at most, 0 for no bound")
	cmd.Flags().BoolVar(&req.DryRun, "dry-run", false, "only count and list")
	cmd.Flags().BoolVar(&req.AcceptOrphans, "accept-orphans", false, "mark rows whose parent was never recorded, and validate")
	format := outputFlag(cmd)
	return p.onTrail(cmd, func(ctx context.Context, trail *store.Trail) error {
		listed := []orphan{}
		last := time.Now()
		report, err := trail.BackfillParents(ctx, req, func(r store.BackfillReport, found []store.Orphan) {
			for _, o := range found {
				if *format == outputTable {
					_ = p.print(fmt.Sprintf("orphan %s %s parent %s\n", o.EventID, o.Date.Format(time.DateOnly), o.ParentID))
				} else if len(listed) < maxOrphans {
					listed = append(listed, orphan{o.EventID, o.Date.Format(time.DateOnly), o.ParentID})
				}
			}
			if time.Since(last) >= progressInterval {
				last = time.Now()
				p.note("backfill: %d of %d", r.Filled+r.Orphaned, r.Pending)
			}
		})
		out := backfilled{report.Pending, report.Filled, report.Orphaned, report.Validated, listed}
		if *format != outputTable {
			err = errors.Join(err, p.printValue(*format, out))
		} else {
			err = errors.Join(err, p.print(columns(0, [][]string{
				{"PENDING", strconv.FormatInt(out.Pending, 10)}, {"FILLED", strconv.FormatInt(out.Filled, 10)},
				{"ORPHANED", strconv.FormatInt(out.Orphaned, 10)}, {"VALIDATED", strconv.FormatBool(out.Validated)},
			})))
		}
		if err == nil && !out.Validated && !req.DryRun {
			err = errors.New("the constraint is not validated: look at the orphans, and accept them with --accept-orphans")
		}
		return err
	})
}

// removedMonth is a month that retention removes, for machines.
type removedMonth struct {
	Month    string `json:"month"`
	Events   int64  `json:"events"`
	Children int64  `json:"children"`
	Gaps     int    `json:"gaps"`
}

func (p *Program) auditRetentionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "retention", Short: "Remove the months of which every event is past its retention",
		Long: `Remove the whole months of which every event is past its own retention_days. The chains keep a record of what is
gone, and verify. Removal cannot be undone, so --yes is required.`,
		Example: `  datastorage audit retention --dry-run
  datastorage audit retention --yes`,
	}
	dryRun := cmd.Flags().Bool("dry-run", false, "only say what would be removed")
	yes := cmd.Flags().Bool("yes", false, "confirm that events are lost")
	format := outputFlag(cmd)
	p.onTrail(cmd, func(ctx context.Context, trail *store.Trail) error {
		months, err := trail.RemoveExpired(ctx, store.RemovalRequest{Now: time.Now(), DryRun: *dryRun})
		if errors.Is(err, store.ErrRetentionRuns) {
			err = exitcode.With(exitcode.Conflict, err)
		}
		out := []removedMonth{}
		rows := [][]string{{"MONTH", "EVENTS", "CHILDREN", "GAPS"}}
		for _, m := range months {
			month := m.Month.Format("2006-01")
			out = append(out, removedMonth{month, m.Events, m.Children, m.Gaps})
			rows = append(rows, []string{month, strconv.FormatInt(m.Events, 10), strconv.FormatInt(m.Children, 10), strconv.Itoa(m.Gaps)})
		}
		if *format != outputTable {
			return errors.Join(err, p.printValue(*format, out))
		}
		return errors.Join(err, p.print(columns(0, rows)))
	})
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !*yes && !*dryRun {
			return usageError(cmd, errors.New("removed events are lost: look with --dry-run, confirm with --yes"))
		}
		return run(cmd, args)
	}
	return cmd
}
