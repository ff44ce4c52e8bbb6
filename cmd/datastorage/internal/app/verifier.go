package app

import (
	"context"
	"log/slog"

	"github.com/kubernaut/datastorage/audit"
)

// maxVerifications is how many verifications a process works on at once. Each keeps a connection and a processor busy;
// more wait for their turn as long as their requests may take.
const maxVerifications = 2

// verifier bounds, counts and logs the verifications that are asked of the service. A trail that is broken is an error
// in the log whoever finds it.
type verifier struct {
	audit.Verifier

	turns  chan struct{}
	count  func(result string)
	logger *slog.Logger
}

func newVerifier(of audit.Verifier, count func(result string), logger *slog.Logger) *verifier {
	return &verifier{Verifier: of, turns: make(chan struct{}, maxVerifications), count: count, logger: logger}
}

// Verify implements audit.Verifier.
func (v *verifier) Verify(ctx context.Context, req audit.VerifyRequest, progress func(audit.VerifyReport)) (audit.VerifyReport, error) {
	select {
	case v.turns <- struct{}{}:
		defer func() { <-v.turns }()
	case <-ctx.Done():
		v.count("failed")
		return audit.VerifyReport{}, ctx.Err()
	}
	report, err := v.Verifier.Verify(ctx, req, progress)
	switch {
	case err != nil:
		v.count("failed")
	case report.Break != nil:
		v.count("broken")
		b := report.Break
		v.logger.ErrorContext(ctx, "the audit trail is not what was recorded", "kind", b.Kind, "chain_id", b.ChainID,
			"chain_seq", b.Seq, "event_id", b.EventID, "detail", b.Detail)
	case !report.Complete():
		v.count("partial")
	default:
		v.count("valid")
		v.logger.InfoContext(ctx, "verified the audit trail", "chains", report.Chains, "events", report.Events,
			"removed", report.Removed, "unchained", report.Unchained, "unkeyed", report.Unkeyed)
	}
	return report, err
}
