package command

import (
	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// changing is a command that makes a transition.
type changing struct {
	*remote

	reason, actor *string
}

func (p *Program) changing(cmd *cobra.Command) *changing {
	r := p.remote(cmd)
	return &changing{
		remote: r,
		reason: r.Flags().String("reason", "", "why, for those who read the history"),
		actor:  r.Flags().String("actor", "", "who acts (default: nobody gives a name)"),
	}
}

func (c *changing) actorOrNil() *string { return optional(*c.actor != "", *c.actor) }

func (c *changing) why() apiclient.TransitionRequest {
	return apiclient.TransitionRequest{Reason: *c.reason, Actor: c.actorOrNil()}
}

func (c *changing) showVersion(v *apiclient.PlaybookVersion, err error) error {
	if err != nil {
		return err
	}
	return c.show(v, func() string { return versionTable([]apiclient.PlaybookVersion{*v}) })
}

func (c *changing) showChanged(list *apiclient.PlaybookVersionList, err error) error {
	if err != nil {
		return err
	}
	return c.show(list, func() string {
		if len(list.Items) == 0 {
			return "Nothing to change.\n"
		}
		return versionTable(list.Items)
	})
}

func (p *Program) disableCommand() *cobra.Command {
	c := p.changing(&cobra.Command{
		Use: "disable ID [VERSION]", Short: "Take a version out of use, or all active versions", Args: usage(cobra.RangeArgs(1, 2)),
		Example: `  datastorage playbook disable oom-killed v2.0.0 --reason "restarts the wrong deployment" --actor alice@example.com`,
	})
	return c.runs(func(api *apiclient.ClientWithResponses, args []string) error {
		if len(args) == 1 {
			return c.showChanged(answer[apiclient.PlaybookVersionList](received(api.DisablePlaybook(c.Context(), args[0], nil, c.why()))))
		}
		return c.showVersion(answer[apiclient.PlaybookVersion](received(api.DisablePlaybookVersion(c.Context(), args[0], args[1], nil, c.why()))))
	})
}

func (p *Program) enableCommand() *cobra.Command {
	c := p.changing(&cobra.Command{
		Use: "enable ID [VERSION]", Short: "Bring a disabled version back, or those that were disabled with the playbook",
		Args: usage(cobra.RangeArgs(1, 2)),
	})
	return c.runs(func(api *apiclient.ClientWithResponses, args []string) error {
		why := apiclient.EnableRequest{Reason: optional(*c.reason != "", *c.reason), Actor: c.actorOrNil()}
		if len(args) == 1 {
			return c.showChanged(answer[apiclient.PlaybookVersionList](received(api.EnablePlaybook(c.Context(), args[0], nil, why))))
		}
		return c.showVersion(answer[apiclient.PlaybookVersion](received(api.EnablePlaybookVersion(c.Context(), args[0], args[1], nil, why))))
	})
}

func (p *Program) deprecateCommand() *cobra.Command {
	c := p.changing(&cobra.Command{
		Use: "deprecate ID VERSION", Short: "Say that a version should not be used any more", Args: usage(cobra.ExactArgs(2)),
	})
	notice := c.Flags().String("notice", "", "what those who use it should know")
	supersededBy := c.Flags().String("superseded-by", "", "what replaces it")
	return c.runs(func(api *apiclient.ClientWithResponses, args []string) error {
		why := apiclient.DeprecateRequest{
			Reason: *c.reason, Actor: c.actorOrNil(), DeprecationNotice: optional(*notice != "", *notice),
			SupersededBy: optional(*supersededBy != "", *supersededBy),
		}
		return c.showVersion(answer[apiclient.PlaybookVersion](received(api.DeprecatePlaybookVersion(c.Context(), args[0], args[1], nil, why))))
	})
}

func (p *Program) archiveCommand() *cobra.Command {
	c := p.changing(&cobra.Command{
		Use: "archive ID VERSION", Short: "End the life of a version", Args: usage(cobra.ExactArgs(2)),
	})
	return c.runs(func(api *apiclient.ClientWithResponses, args []string) error {
		return c.showVersion(answer[apiclient.PlaybookVersion](received(api.ArchivePlaybookVersion(c.Context(), args[0], args[1], nil, c.why()))))
	})
}
