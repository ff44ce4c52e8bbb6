package command

import "github.com/spf13/cobra"

func (p *Program) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Prove the audit trail, and look after it",
		Example: `  datastorage audit heads -o json > heads.json
  datastorage audit verify --heads heads.json
  datastorage audit retention --dry-run`,
	}
	cmd.AddCommand(p.auditVerifyCommand(), p.auditHeadsCommand(), p.auditBackfillCommand(), p.auditRetentionCommand())
	return group(cmd)
}
