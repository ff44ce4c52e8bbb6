package command

import (
	"fmt"
	"strings"
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
