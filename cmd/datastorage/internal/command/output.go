package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"
)

// output is the form in which a command prints its data.
type output string

const (
	outputTable output = "table"
	outputJSON  output = "json"
)

// String is part of pflag.Value.
func (o *output) String() string { return string(*o) }

// Type is part of pflag.Value.
func (o *output) Type() string { return "table|json" }

// Set is part of pflag.Value.
func (o *output) Set(text string) error {
	switch output(text) {
	case outputTable, outputJSON:
		*o = output(text)
		return nil
	default:
		return fmt.Errorf("want %s or %s", outputTable, outputJSON)
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

func (p *Program) printJSON(value any) error {
	encoder := json.NewEncoder(p.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
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
