package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
)

// output is the form in which a command prints its data.
type output string

const (
	outputTable output = "table"
	outputJSON  output = "json"
	outputYAML  output = "yaml"
)

// String is part of pflag.Value.
func (o *output) String() string { return string(*o) }

// Type is part of pflag.Value.
func (o *output) Type() string { return "table|json|yaml" }

// Set is part of pflag.Value.
func (o *output) Set(text string) error {
	switch output(text) {
	case outputTable, outputJSON, outputYAML:
		*o = output(text)
		return nil
	default:
		return fmt.Errorf("want %s, %s or %s", outputTable, outputJSON, outputYAML)
	}
}

func outputFlag(cmd *cobra.Command) *output {
	o := outputTable
	cmd.Flags().VarP(&o, "output", "o", "how to print")
	return &o
}

// note prints progress, a warning or a failure, in which there may be what others wrote. When nobody takes it there is
// nobody left to tell.
func (p *Program) note(format string, args ...any) {
	_, _ = io.WriteString(p.Err, harmless(fmt.Sprintf(format, args...))+"\n")
}

// print prints data. A failure is the command's: what was asked for did not arrive.
func (p *Program) print(text string) error {
	_, err := io.WriteString(p.Out, text)
	return err
}

// printValue prints data for machines, in the names of the API.
func (p *Program) printValue(format output, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	if format == outputYAML {
		document, err := yaml.JSONToYAML(text.Bytes())
		if err != nil {
			return err
		}
		return p.print(string(document))
	}
	return p.print(text.String())
}

// colours reports whether data may be coloured: a person watches, and has not asked for plain text (no-color.org).
func (p *Program) colours() bool {
	return app.IsTerminal(p.Out) && p.variable("NO_COLOR") == "" && p.variable("TERM") != "dumb"
}

// colourDiff marks the lines of a unified diff that were taken away, were added or say where.
func colourDiff(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		var code string
		switch {
		case strings.HasPrefix(line, "-"):
			code = "31"
		case strings.HasPrefix(line, "+"):
			code = "32"
		case strings.HasPrefix(line, "@@"):
			code = "36"
		default:
			continue
		}
		body, end := strings.CutSuffix(line, "\n")
		lines[i] = "\x1b[" + code + "m" + body + "\x1b[0m"
		if end {
			lines[i] += "\n"
		}
	}
	return strings.Join(lines, "")
}

// columns aligns rows, the first of which may be a heading. Flags are those of tabwriter.
func columns(flags uint, rows [][]string) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', flags)
	for _, row := range rows {
		_, _ = table.Write([]byte(strings.Join(row, "\t") + "\n")) // into memory
	}
	_ = table.Flush()
	return text.String()
}

// oneLine keeps what publishers wrote from doing things to a terminal or to the lines of a table.
func oneLine(text string) string {
	return strings.Join(strings.Fields(harmless(text)), " ")
}

// harmless leaves of the control characters only line feeds and tabs.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\n' || r == '\t' {
			return r
		}
		return ' '
	}, text)
}
