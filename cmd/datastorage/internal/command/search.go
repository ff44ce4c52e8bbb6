package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

func (p *Program) searchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find playbooks by meaning",
		Long: `Find the playbooks that fit a text, such as an alert. Severity and signal type are strict filters. When nothing
matches, the command says so and ends with 0.`,
		Example: `  datastorage search "pod keeps getting OOMKilled after deploy"
  datastorage search "volume is almost full" --severity critical --top-k 3 -o json`,
		Args: usage(cobra.ExactArgs(1)),
	}
	address := p.serverFlag(cmd)
	format := outputFlag(cmd)
	flags := cmd.Flags()
	severity := flags.String("severity", "", "only playbooks of this severity: critical, high, medium or low")
	signalType := flags.String("signal-type", "", "only playbooks for this signal, such as OOMKilled")
	topK := flags.Int32("top-k", 0, "how many at the most (default: the service's)")
	minSimilarity := flags.Float64("min-similarity", 0, "leave out what is less similar, 0 to 1 (default: the service's)")
	content := flags.Bool("include-content", false, "print the content of each playbook too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given := func(flag string) bool { return flags.Changed(flag) }
		params := apiclient.SearchPlaybooksParams{
			Query:    &args[0],
			Severity: optional(given("severity"), *severity), SignalType: optional(given("signal-type"), *signalType),
			TopK: optional(given("top-k"), *topK), MinSimilarity: optional(given("min-similarity"), *minSimilarity),
		}
		if *content {
			params.Include = []apiclient.SearchInclude{apiclient.Content}
		}
		return p.search(cmd, *address, params, *format)
	}
	return cmd
}

func optional[T any](given bool, value T) *T {
	if !given {
		return nil
	}
	return &value
}

func (p *Program) search(cmd *cobra.Command, address string, params apiclient.SearchPlaybooksParams, format output) error {
	c, err := client.New(address, 1)
	if err != nil {
		return err
	}
	res, err := c.SearchPlaybooksWithResponse(cmd.Context(), &params)
	if err != nil {
		return fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	if err := client.Check(res.HTTPResponse, res.Body); err != nil {
		return err
	}
	if res.JSON200 == nil {
		return client.ErrNotTheService
	}
	for _, warning := range res.JSON200.Warnings {
		p.note("warning: %s", oneLine(warning))
	}
	if format != outputTable {
		return p.printValue(format, res.JSON200)
	}
	return p.print(hits(res.JSON200))
}

// hits shows the answer to a search for people.
func hits(result *apiclient.SearchResult) string {
	if len(result.Items) == 0 {
		return "Nothing matches.\n"
	}
	rows := [][]string{{"RANK", "SCORE", "PLAYBOOK", "VERSION", "TITLE"}}
	for i := range result.Items {
		hit := &result.Items[i]
		rows = append(rows, []string{
			strconv.Itoa(int(hit.Rank)), fmt.Sprintf("%.3f", hit.FinalScore), hit.PlaybookId, hit.Version, oneLine(hit.Title),
		})
	}
	var text strings.Builder
	text.WriteString(columns(0, rows))
	if result.Total > int64(len(result.Items)) {
		fmt.Fprintf(&text, "%d of %d that match.\n", len(result.Items), result.Total)
	}
	for i := range result.Items {
		if hit := &result.Items[i]; hit.Content != nil {
			fmt.Fprintf(&text, "\n--- %s %s\n%s\n", hit.PlaybookId, hit.Version, strings.TrimRight(harmless(*hit.Content), "\n"))
		}
	}
	return text.String()
}
