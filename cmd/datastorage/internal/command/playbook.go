package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

// errDiffers ends a diff of versions that differ. It is no failure, and not printed.
var errDiffers = errors.New("the versions differ")

// pageSize is how many items a command that lists asks for at once.
const pageSize int32 = 200

func (p *Program) playbookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "playbook",
		Short: "Look at playbooks, and take versions out of use and back",
	}
	cmd.AddCommand(p.getCommand(), p.listCommand(), p.versionsCommand(), p.historyCommand(), p.diffCommand(),
		p.disableCommand(), p.enableCommand(), p.deprecateCommand(), p.archiveCommand())
	return group(cmd)
}

// remote is a command that asks a running service.
type remote struct {
	*cobra.Command

	p      *Program
	server *string
	format *output
}

func (p *Program) remote(cmd *cobra.Command) *remote {
	return &remote{Command: cmd, p: p, server: p.serverFlag(cmd), format: outputFlag(cmd)}
}

// runs makes what the command does out of what it asks and how that is shown.
func (r *remote) runs(do func(c *apiclient.ClientWithResponses, args []string) error) *cobra.Command {
	r.RunE = func(_ *cobra.Command, args []string) error {
		c, err := client.New(*r.server, 1)
		if err != nil {
			return err
		}
		return do(c, args)
	}
	return r.Command
}

// show prints an answer as JSON, or as the text that people get.
func (r *remote) show(value any, text func() string) error {
	if *r.format != outputTable {
		return r.p.printValue(*r.format, value)
	}
	return r.p.print(text())
}

// received reads what the service answered. A problem becomes an error.
func received(res *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	return body, client.Check(res, body)
}

// answer decodes what was received.
func answer[T any](body []byte, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	var value T
	if json.Unmarshal(body, &value) != nil {
		return nil, client.ErrNotTheService
	}
	return &value, nil
}

// everyPage asks for pages until the last one, which has no cursor.
func everyPage[T any](ask func(cursor *string) ([]T, *string, error)) ([]T, error) {
	all := []T{}
	var cursor *string
	for {
		items, next, err := ask(cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == nil {
			return all, nil
		}
		cursor = next
	}
}
