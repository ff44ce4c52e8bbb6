package command

import (
	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/internal/config"
)

// settings gives a command the flags of the named settings, all when none is named, and what loads them.
func (p *Program) settings(cmd *cobra.Command, defaults config.Config, names ...string) func() (config.Config, error) {
	flags := cmd.Flags()
	config.Register(flags, defaults, names...)
	file := flags.String("config", "", "YAML file with settings; environment variables and flags count more")
	return func() (config.Config, error) {
		return config.Load(config.Sources{Defaults: defaults, File: *file, Environ: p.Environ, Flags: flags})
	}
}
