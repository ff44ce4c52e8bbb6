package command

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func (p *Program) searchCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use:   "search [TEXT]",
		Short: "Find playbooks by meaning and labels",
		Long: `Find the playbooks that fit a text, such as an alert. Severity and signal type are strict filters; all other labels
move a playbook up or down. With --mode labels the text may be left out. When nothing matches, the command says so and
ends with 0.`,
		Example: `  datastorage search "pod keeps getting OOMKilled after deploy"
  datastorage search "volume is almost full" --severity critical --top-k 3 -o json
  datastorage search "rollout is stuck" --environment production --label team:payments --explain
  datastorage search "apply request took too long, leader changed" --rank fusion --explain
  datastorage search "node is not ready" --why-not node-disk-pressure
  datastorage search --mode labels --signal-type OOMKilled --environment production`,
		Args: usage(cobra.MaximumNArgs(1)),
	})
	asked := searchFlags(r.Flags())
	command := r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		params := asked(args)
		result, err := answer[apiclient.SearchResult](received(c.SearchPlaybooks(r.Context(), &params)))
		if err != nil {
			return err
		}
		for _, warning := range result.Warnings {
			p.note("warning: %s", oneLine(warning))
		}
		return r.show(result, func() string { return p.searchText(result) })
	})
	command.PreRunE = func(cmd *cobra.Command, args []string) error {
		if mode := r.Flags().Lookup("mode").Value.String(); len(args) == 0 && mode != string(apiclient.SearchModeLabels) {
			return usageError(cmd, errors.New("say what to search for; only --mode labels goes without a text"))
		}
		return nil
	}
	return command
}

// labelFlags are the labels of a search and where the API wants them.
var labelFlags = []struct {
	flag, help string
	field      func(*apiclient.SearchPlaybooksParams) **string
}{
	{"signal-type", "only playbooks for this signal, such as OOMKilled", func(p *apiclient.SearchPlaybooksParams) **string { return &p.SignalType }},
	{"severity", "only playbooks of this severity: critical, high, medium or low", func(p *apiclient.SearchPlaybooksParams) **string { return &p.Severity }},
	{"component", "preferred component, such as pod or node", func(p *apiclient.SearchPlaybooksParams) **string { return &p.Component }},
	{"environment", "preferred environment: production, staging, development, test or *", func(p *apiclient.SearchPlaybooksParams) **string { return &p.Environment }},
	{"priority", "preferred priority: P0 to P3 or *", func(p *apiclient.SearchPlaybooksParams) **string { return &p.Priority }},
	{"risk-tolerance", "preferred risk tolerance: low, medium or high", func(p *apiclient.SearchPlaybooksParams) **string { return &p.RiskTolerance }},
	{"business-category", "preferred business category", func(p *apiclient.SearchPlaybooksParams) **string { return &p.BusinessCategory }},
	{"resource-management", "preferred kind of resource management: gitops, manual or automated", func(p *apiclient.SearchPlaybooksParams) **string { return &p.ResourceManagement }},
	{"gitops-tool", "preferred GitOps tool: argocd or flux", func(p *apiclient.SearchPlaybooksParams) **string { return &p.GitopsTool }},
}

// searchFlags adds the flags of a search, and gives what makes the question out of them and of the arguments.
func searchFlags(flags *pflag.FlagSet) func(args []string) apiclient.SearchPlaybooksParams {
	labels := make(map[string]*string, len(labelFlags))
	for _, label := range labelFlags {
		labels[label.flag] = flags.String(label.flag, "", label.help)
	}
	custom := flags.StringArray("label", nil, "preferred custom label as key:value; may be repeated")
	schema := flags.StringArray("schema-label", nil, "label of a later label schema as name:value; may be repeated")
	topK := flags.Int32("top-k", 0, "how many at the most (default: the service's)")
	least := flags.Float64("min-similarity", 0, "leave out what is less similar, 0 to 1 (default: the service's)")
	mode := flags.String("mode", "", "how to score: hybrid, semantic or labels (default: the service's)")
	rank := flags.String("rank", "", "what to compare: similarity, or fusion for the words too (default: the service's)")
	exact := flags.Bool("exact", false, "compare with every searchable playbook, whatever it costs")
	explain := flags.Bool("explain", false, "show how each score comes about")
	whyNot := flags.String("why-not", "", "id of a playbook of which to say why it is not in the answer")
	correlation := flags.String("correlation-id", "", "what the search belongs to; makes it an event of the audit trail")
	actor := flags.String("actor", "", "who asks (default: nobody gives a name)")
	content := flags.Bool("include-content", false, "print the content of each playbook too")
	return func(args []string) apiclient.SearchPlaybooksParams {
		given := flags.Changed
		params := apiclient.SearchPlaybooksParams{
			Label: *custom, SchemaLabel: *schema, TopK: optional(given("top-k"), *topK), MinSimilarity: optional(given("min-similarity"), *least),
			Mode: optional(given("mode"), apiclient.SearchMode(*mode)), Exact: optional(*exact, true),
			Rank: optional(given("rank"), apiclient.SearchRank(*rank)), Explain: optional(*explain, true), WhyNot: optional(given("why-not"), *whyNot),
			CorrelationId: optional(given("correlation-id"), *correlation), XActor: optional(*actor != "", *actor),
		}
		if len(args) > 0 {
			params.Query = &args[0]
		}
		for _, label := range labelFlags {
			*label.field(&params) = optional(given(label.flag), *labels[label.flag])
		}
		if *content {
			params.Include = []apiclient.SearchInclude{apiclient.Content}
		}
		return params
	}
}

func optional[T any](given bool, value T) *T {
	if !given {
		return nil
	}
	return &value
}
