package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

func (p *Program) cacheCommand() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "cache",
		Short: "See what the cache does, empty it, warm it up",
		Long:  `What is cached is never out of date: emptying the cache only makes what follows slower.`,
	})
	cmd.AddCommand(p.cacheStatsCommand(), p.cacheInvalidateCommand(), p.cacheWarmCommand())
	return cmd
}

func (p *Program) cacheStatsCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "stats", Short: "Show hits, misses and sizes, as the process that answers counts them", Args: usage(cobra.NoArgs),
		Example: `  datastorage cache stats
  datastorage cache stats -o json`,
	})
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		stats, err := answer[apiclient.CacheStats](received(c.GetCacheStats(r.Context())))
		if err != nil {
			return err
		}
		return r.show(stats, func() string { return cacheTable(stats) })
	})
}

func cacheTable(s *apiclient.CacheStats) string {
	var text strings.Builder
	switch {
	case !s.Configured:
		text.WriteString("No server for the cache: vectors are computed or read from the database.\n")
	case !s.Answering:
		text.WriteString("The server of the cache does not answer: vectors are computed or read from the database.\n")
	}
	if s.Server != nil {
		fmt.Fprintf(&text, "Server: %s of %s, %s, %d evicted.\n",
			size(s.Server.UsedMemoryBytes), bound(s.Server.MaxMemoryBytes), s.Server.MaxmemoryPolicy, s.Server.EvictedKeys)
	}
	rows := [][]string{{"KIND", "HITS", "MISSES", "HIT RATE", "RECENT", "LOADS", "FAILED", "WAITS", "ERRORS", "ENTRIES", "SIZE"}}
	for _, k := range s.Kinds {
		rows = append(rows, []string{
			k.Kind, decimal(k.Hits), decimal(k.Misses), percent(k.HitRate), percent(k.RecentHitRate), decimal(k.Loads),
			decimal(k.LoadErrors), decimal(k.LockWaits), decimal(k.Errors), decimal(k.Keys), size(k.Bytes),
		})
	}
	text.WriteString(columns(0, rows))
	return text.String()
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

func size(bytes int64) string { return humanize.IBytes(uint64(max(bytes, 0))) } //nolint:gosec // not negative

func bound(bytes int64) string {
	if bytes == 0 {
		return "any amount"
	}
	return size(bytes)
}

func (p *Program) cacheInvalidateCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "invalidate [ID]", Short: "Remove what is cached of one playbook, or with --all of all", Args: usage(cobra.MaximumNArgs(1)),
		Example: `  datastorage cache invalidate oom-killed
  datastorage cache invalidate --all --actor alice@example.com`,
	})
	all := r.Flags().Bool("all", false, "remove what is cached of all playbooks")
	actor := r.Flags().String("actor", "", "who acts, for the audit trail")
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		if *all == (len(args) == 1) {
			return usageError(r.Command, fmt.Errorf("name one playbook, or give --all"))
		}
		who := optional(*actor != "", *actor)
		var done *apiclient.CacheInvalidation
		var err error
		if *all {
			done, err = answer[apiclient.CacheInvalidation](received(c.InvalidateCache(r.Context(), &apiclient.InvalidateCacheParams{XActor: who})))
		} else {
			done, err = answer[apiclient.CacheInvalidation](received(c.InvalidatePlaybookCache(r.Context(), args[0], &apiclient.InvalidatePlaybookCacheParams{XActor: who})))
		}
		if err != nil {
			return err
		}
		for _, warning := range done.Warnings {
			p.note("warning: %s", oneLine(warning))
		}
		return r.show(done, func() string { return fmt.Sprintf("Removed %d entries.\n", done.Invalidated) })
	})
}

// warmPoll is the time between two looks at a warm-up that is waited for.
const warmPoll = 200 * time.Millisecond

func (p *Program) cacheWarmCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "warm", Short: "Load into the cache what is likely to be asked for", Args: usage(cobra.NoArgs),
		Long: `Let the service load the vectors of all searchable playbooks, and of the texts that were searched for most often in
the last week. One process does it, in the background; --wait shows how far it is, and ends with it. What is interrupted
goes on: the command only looks.`,
		Example: `  datastorage cache warm --wait`,
	})
	wait := r.Flags().Bool("wait", false, "wait until it is done")
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		progress, err := answer[apiclient.CacheWarmUp](received(c.WarmCache(r.Context())))
		said := ""
		for err == nil && *wait && (progress.State == apiclient.Waiting || progress.State == apiclient.Running) {
			if line := warmLine(progress); line != said {
				p.note("%s", line)
				said = line
			}
			select {
			case <-r.Context().Done():
				return r.Context().Err()
			case <-time.After(warmPoll):
			}
			progress, err = answer[apiclient.CacheWarmUp](received(c.GetCacheWarmUp(r.Context())))
		}
		if err != nil {
			return err
		}
		if err := r.show(progress, func() string { return warmLine(progress) + "\n" }); err != nil {
			return err
		}
		if *wait && progress.State == apiclient.Failed {
			return exitcode.With(exitcode.Failure, fmt.Errorf("the warm-up failed: the log of the service says why"))
		}
		return nil
	})
}

func warmLine(w *apiclient.CacheWarmUp) string {
	return fmt.Sprintf("%s: %d of %d playbooks, %d of %d questions", w.State,
		w.Playbooks.Done, w.Playbooks.Total, w.Queries.Done, w.Queries.Total)
}
