package command

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func (p *Program) labelSchemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "label-schema",
		Short: "Look at the labels that playbooks may have",
		Example: `  datastorage label-schema list
  datastorage label-schema get 1.0`,
	}
	cmd.AddCommand(p.listLabelSchemasCommand(), p.getLabelSchemaCommand())
	return group(cmd)
}

func (p *Program) listLabelSchemasCommand() *cobra.Command {
	r := p.remote(&cobra.Command{Use: "list", Short: "List the label schemas, oldest first", Args: usage(cobra.NoArgs)})
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		list, err := answer[apiclient.LabelSchemaList](received(c.ListLabelSchemas(r.Context(), nil)))
		if err != nil {
			return err
		}
		return r.show(list, func() string {
			rows := [][]string{{"VERSION", "LABELS", "DESCRIPTION"}}
			for _, schema := range list.Items {
				rows = append(rows, []string{schema.Version, strconv.Itoa(len(schema.Labels)), oneLine(schema.Description)})
			}
			return columns(0, rows)
		})
	})
}

func (p *Program) getLabelSchemaCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "get VERSION", Short: "Show the labels of a schema, what they may hold and what they weigh", Args: usage(cobra.ExactArgs(1)),
	})
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		schema, err := answer[apiclient.LabelSchema](received(c.GetLabelSchema(r.Context(), args[0], nil)))
		if err != nil {
			return err
		}
		return r.show(schema, func() string { return labelTable(schema) })
	})
}

func labelTable(schema *apiclient.LabelSchema) string {
	rows := [][]string{{"LABEL", "ROLE", "REQUIRED", "WEIGHT", "VALUES", "DESCRIPTION"}}
	for i := range schema.Labels {
		label := &schema.Labels[i]
		required, weight := "no", "-"
		if label.Required {
			required = "yes"
		}
		if label.Weight != nil {
			weight = strconv.FormatFloat(*label.Weight, 'f', 2, 64)
		}
		rows = append(rows, []string{label.Name, string(label.Role), required, weight, labelValues(label), oneLine(label.Description)})
	}
	return columns(0, rows)
}

func labelValues(label *apiclient.LabelRule) string {
	values := label.Values
	if values == nil {
		values = []string{"any text"}
	}
	if label.Wildcard {
		values = append(values, "*")
	}
	return oneLine(strings.Join(values, ", "))
}
