package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

func (p *Program) getCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "get ID [VERSION]", Short: "Show the version that is used, or the one that is named", Args: usage(cobra.RangeArgs(1, 2)),
	})
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		v, err := getVersion(r.Context(), c, args)
		if err != nil {
			return err
		}
		return r.show(v, func() string { return oneVersion(v) })
	})
}

// getVersion asks for the latest version, or for the one that a second argument names.
func getVersion(ctx context.Context, c *apiclient.ClientWithResponses, args []string) (*apiclient.PlaybookVersion, error) {
	if len(args) == 1 {
		return answer[apiclient.PlaybookVersion](received(c.GetPlaybook(ctx, args[0])))
	}
	return answer[apiclient.PlaybookVersion](received(c.GetPlaybookVersion(ctx, args[0], args[1], nil)))
}

func oneVersion(v *apiclient.PlaybookVersion) string {
	rows := [][]string{
		{"PLAYBOOK", v.PlaybookId + " " + v.Version}, {"TITLE", oneLine(v.Title)}, {"STATUS", string(v.Status)},
		{"CREATED", moment(v.CreatedAt) + " by " + oneLine(v.CreatedBy)},
	}
	for _, row := range []struct {
		name string
		text *string
	}{
		{"DISABLED BY", v.DisabledBy}, {"BECAUSE", v.DisabledReason}, {"NOTICE", v.DeprecationNotice}, {"SUPERSEDED BY", v.SupersededBy},
		{"CHANGES", v.ChangeSummary},
	} {
		if row.text != nil {
			rows = append(rows, []string{row.name, oneLine(*row.text)})
		}
	}
	if newer := v.NewerVersion; newer != nil {
		rows = append(rows, []string{"NEWER", oneLine(newer.Version + " " + newer.Reason)})
	}
	text := columns(0, rows)
	if v.Content != nil {
		text += "\n" + strings.TrimRight(harmless(*v.Content), "\n") + "\n"
	}
	return text
}

func (p *Program) listCommand() *cobra.Command {
	r := p.remote(&cobra.Command{Use: "list", Short: "List playbooks, each by its latest version", Args: usage(cobra.NoArgs)})
	status := r.Flags().String("status", "", "only playbooks whose version has this status")
	owner := r.Flags().String("owner", "", "only playbooks of this owner")
	text := r.Flags().String("text", "", "only playbooks with this text in id, title or description")
	return r.runs(func(c *apiclient.ClientWithResponses, _ []string) error {
		return r.showVersions(func(cursor *string) (*apiclient.PlaybookVersionList, error) {
			limit := pageSize
			return answer[apiclient.PlaybookVersionList](received(c.ListPlaybooks(r.Context(), &apiclient.ListPlaybooksParams{
				Status: optional(*status != "", apiclient.Status(*status)), Owner: optional(*owner != "", *owner),
				Q: optional(*text != "", *text), Cursor: cursor, Limit: &limit,
			})))
		})
	})
}

func (p *Program) versionsCommand() *cobra.Command {
	r := p.remote(&cobra.Command{Use: "versions ID", Short: "List all versions, greatest first", Args: usage(cobra.ExactArgs(1))})
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		return r.showVersions(func(cursor *string) (*apiclient.PlaybookVersionList, error) {
			limit := pageSize
			return answer[apiclient.PlaybookVersionList](received(c.ListPlaybookVersions(r.Context(), args[0],
				&apiclient.ListPlaybookVersionsParams{Cursor: cursor, Limit: &limit})))
		})
	})
}

func (r *remote) showVersions(ask func(cursor *string) (*apiclient.PlaybookVersionList, error)) error {
	items, err := everyPage(func(cursor *string) ([]apiclient.PlaybookVersion, *string, error) {
		page, err := ask(cursor)
		if err != nil {
			return nil, nil, err
		}
		return page.Items, page.NextCursor, nil
	})
	if err != nil {
		return err
	}
	return r.show(apiclient.PlaybookVersionList{Items: items}, func() string { return versionTable(items) })
}

func versionTable(items []apiclient.PlaybookVersion) string {
	rows := [][]string{{"PLAYBOOK", "VERSION", "STATUS", "LATEST", "CREATED", "TITLE"}}
	for i := range items {
		v := &items[i]
		rows = append(rows, []string{
			v.PlaybookId, v.Version, string(v.Status), strconv.FormatBool(v.IsLatest), moment(v.CreatedAt), oneLine(v.Title),
		})
	}
	return columns(0, rows)
}

func (p *Program) historyCommand() *cobra.Command {
	r := p.remote(&cobra.Command{Use: "history ID", Short: "Who changed what, when and why, oldest first", Args: usage(cobra.ExactArgs(1))})
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		items, err := everyPage(func(cursor *string) ([]apiclient.HistoryEntry, *string, error) {
			limit := pageSize
			page, err := answer[apiclient.History](received(c.ListPlaybookHistory(r.Context(), args[0],
				&apiclient.ListPlaybookHistoryParams{Cursor: cursor, Limit: &limit})))
			if err != nil {
				return nil, nil, err
			}
			return page.Items, page.NextCursor, nil
		})
		if err != nil {
			return err
		}
		return r.show(apiclient.History{Items: items}, func() string { return historyTable(items) })
	})
}

func historyTable(items []apiclient.HistoryEntry) string {
	rows := [][]string{{"WHEN", "VERSION", "WHAT", "STATUS", "WHO", "WHY"}}
	for i := range items {
		e := &items[i]
		why := ""
		if e.Reason != nil {
			why = oneLine(*e.Reason)
		}
		rows = append(rows, []string{moment(e.At), e.Version, string(e.Transition), string(e.ToStatus), oneLine(e.Actor), why})
	}
	return columns(0, rows)
}

func (p *Program) diffCommand() *cobra.Command {
	r := p.remote(&cobra.Command{
		Use: "diff ID FROM TO", Short: "Show what differs between two versions; ends with 1 when something does",
		Long: `Show what differs between two versions, for people or with -o json as the list of changes. As of diff, the exit
code is 0 when the versions say the same and 1 when they differ.`,
		Args: usage(cobra.ExactArgs(3)),
	})
	return r.runs(func(c *apiclient.ClientWithResponses, args []string) error {
		format := apiclient.Unified
		if *r.format != outputTable {
			format = apiclient.Fields
		}
		diff, err := answer[apiclient.PlaybookDiff](received(c.DiffPlaybookVersions(r.Context(), args[0], args[1], args[2],
			&apiclient.DiffPlaybookVersionsParams{Format: &format})))
		if err != nil {
			return err
		}
		if diff.Unified == nil && diff.Changes == nil {
			return client.ErrNotTheService
		}
		if err := r.show(diff, func() string { return r.p.diffText(diff) }); err != nil {
			return err
		}
		if diff.SuggestedBump != apiclient.BumpNone {
			return errDiffers
		}
		return nil
	})
}

func (p *Program) diffText(diff *apiclient.PlaybookDiff) string {
	if diff.SuggestedBump == apiclient.BumpNone {
		return ""
	}
	text := strings.TrimRight(harmless(*diff.Unified), "\n")
	if p.colours() {
		text = colourDiff(text)
	}
	text += fmt.Sprintf("\n\nSuggested bump: %s\n", diff.SuggestedBump)
	for _, reason := range diff.Reasons {
		text += fmt.Sprintf("  %s: %s\n", oneLine(reason.Path), reason.Detail)
	}
	return text
}

func moment(at time.Time) string { return at.UTC().Format(time.RFC3339) }
