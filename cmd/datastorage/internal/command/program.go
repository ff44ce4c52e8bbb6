package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
)

// Program is one run of the command line, with all that it takes from its surroundings.
type Program struct {
	In       io.Reader
	Out, Err io.Writer
	Environ  []string
	Build    server.Build
}

// Run runs one command line and says how the process is to end. The error of a command is printed.
func (p *Program) Run(ctx context.Context, args []string) exitcode.Code {
	root := p.root() //nolint:contextcheck // commands get the context from cobra
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errDiffers) {
		p.note("datastorage: %v", err)
	}
	return exitcode.Of(err)
}

func (p *Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "datastorage",
		Short: "Catalog of remediation playbooks: service and tools",
		Long: `datastorage keeps remediation playbooks and finds the right one by meaning.

Exit codes:
` + exitCodes(),
		Example: `  datastorage dev                                     # everything on this machine, with samples
  datastorage search "pod keeps getting OOMKilled"    # ask a running service
  datastorage playbook disable oom-killed v2.0.0 --reason "restarts the wrong deployment"`,
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true, // Run prints them
		SilenceUsage:  true, // an error is not a reason to print the manual
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError(cmd, err) })
	root.AddCommand(p.serveCommand(), p.devCommand(), p.migrateCommand(), p.importCommand(), p.searchCommand(),
		p.evalCommand(), p.playbookCommand(), p.embeddingsCommand(), p.labelSchemaCommand(), p.auditCommand(), p.cacheCommand(),
		p.healthcheckCommand(), p.versionCommand())
	return root
}

func exitCodes() string {
	var text strings.Builder
	for _, meaning := range exitcode.Table {
		fmt.Fprintf(&text, "  %d  %s\n", meaning.Code, meaning.Text)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// usage makes the refusal of arguments a usage error.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return usageError(cmd, check(cmd, args)) }
}

func usageError(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return exitcode.With(exitcode.Usage, fmt.Errorf("%w\nSee '%s --help'.", err, cmd.CommandPath())) //nolint:staticcheck,revive // a sentence for people
}

// group is a command that only has other commands.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = usage(cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return usageError(cmd, errors.New("say which: "+strings.Join(names(cmd), ", ")))
	}
	return cmd
}

func names(cmd *cobra.Command) []string {
	var list []string
	for _, sub := range cmd.Commands() {
		list = append(list, sub.Name())
	}
	slices.Sort(list)
	return list
}

// variable gives the value of an environment variable, empty when it is not set.
func (p *Program) variable(name string) string {
	for _, v := range slices.Backward(p.Environ) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// serverFlag adds --server, whose default is DATASTORAGE_SERVER.
func (p *Program) serverFlag(cmd *cobra.Command) *string {
	fallback := client.DefaultServer
	if server := p.variable(config.Prefix + "SERVER"); server != "" {
		fallback = server
	}
	return cmd.Flags().String("server", fallback, "base URL of the service ["+config.Prefix+"SERVER]")
}
