package command

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/config"
)

// healthcheckTimeout is shorter than what container engines grant a check.
const healthcheckTimeout = 3 * time.Second

func (p *Program) healthcheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the service on this machine whether it is ready",
		Long: `Ask a running service whether it is ready, for the health check of a container that has no other tool. It asks the
address of the setting listen on this machine, unless --server names another one, and ends with 0 when the service is
ready, 1 when it is not, and 6 when it does not answer.`,
		Example: `  datastorage healthcheck
  datastorage healthcheck --live   # is there a process that answers, whatever its database does`,
		Args: usage(cobra.NoArgs),
	}
	cmd.Flags().String("server", "", "base URL of the service (default: that of the setting listen, on this machine)")
	live := cmd.Flags().Bool("live", false, "ask whether the process answers, not whether it is ready")
	load := p.settings(cmd, config.Default(), "listen")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err != nil {
			return err
		}
		server := cmp.Or(cmd.Flag("server").Value.String(), app.BaseURL(cfg.Listen))
		return p.healthcheck(cmd, server, *live)
	}
	return cmd
}

func (p *Program) healthcheck(cmd *cobra.Command, server string, live bool) error {
	c, err := client.New(server, 1)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), healthcheckTimeout)
	defer cancel()
	status, err := health(ctx, c, live)
	if err != nil {
		return fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	if status != http.StatusOK {
		return exitcode.With(exitcode.Failure, fmt.Errorf("the service at %s is not healthy: it answered %d", server, status))
	}
	return nil
}

// health gives the status of the answer. The raw calls of the client differ in nothing but what they ask.
func health(ctx context.Context, c *apiclient.ClientWithResponses, live bool) (int, error) {
	ask := c.GetReadiness
	if live {
		ask = c.GetLiveness
	}
	res, err := ask(ctx)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}
