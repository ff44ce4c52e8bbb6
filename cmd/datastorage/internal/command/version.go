package command

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/openapi"
	"github.com/kubernaut/datastorage/server"
)

// BuildOf says which build this is: as the build was told, else as the toolchain knows it.
func BuildOf(version, commit string) server.Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return server.Build{Version: version, Commit: commit}
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = cmp.Or(commit, setting.Value)
		}
	}
	return server.Build{Version: cmp.Or(version, info.Main.Version), Commit: commit}
}

func (p *Program) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which build this is",
		Example: `  datastorage version
  datastorage version -o json`,
		Args: usage(cobra.NoArgs),
	}
	output := outputFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		contract, err := contractVersion()
		if err != nil {
			return err
		}
		v := apiclient.ServiceVersion{
			Version: cmp.Or(p.Build.Version, "unknown"), Commit: cmp.Or(p.Build.Commit, "unknown"),
			GoVersion: runtime.Version(), ApiVersion: contract,
		}
		if *output != outputTable {
			return p.printValue(*output, v)
		}
		return p.print(fmt.Sprintf("datastorage %s, commit %s, %s, API %s\n", v.Version, v.Commit, v.GoVersion, v.ApiVersion))
	}
	return cmd
}

func contractVersion() (string, error) {
	var contract struct {
		Info struct{ Version string }
	}
	if err := yaml.Unmarshal(openapi.YAML, &contract); err != nil {
		return "", fmt.Errorf("the contract of this build cannot be read: %w", err)
	}
	return contract.Info.Version, nil
}
