package server

import (
	"context"
	"encoding/hex"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// defaultVerifyLimit is how many events a verification reads for who asks for no number.
const defaultVerifyLimit = 100_000

// VerifyAuditTrail computes the hashes of the trail, or of a part of it, anew.
func (a *api) VerifyAuditTrail(ctx context.Context, req apiserver.VerifyAuditTrailRequestObject) (apiserver.VerifyAuditTrailResponseObject, error) {
	asked := verifyRequest(req.Body)
	asked.Budget = a.verifyBudget
	callFrom(ctx).item = asked.ChainID.String()
	if err := asked.Check(); err != nil {
		return nil, err
	}
	report, err := a.audit.Verifier.Verify(ctx, asked, nil)
	if err != nil {
		return nil, err
	}
	return apiserver.VerifyAuditTrail200JSONResponse{Body: verification(&report)}, nil
}

func verifyRequest(in *apiserver.AuditVerifyRequest) audit.VerifyRequest {
	req := audit.VerifyRequest{
		ChainID: value(in.ChainId), CorrelationID: value(in.CorrelationId), Limit: defaultVerifyLimit, Resume: value(in.Resume),
	}
	if in.Limit != nil {
		req.Limit = *in.Limit
	}
	if in.ExpectedHeads != nil {
		req.Heads = headsIn(in.ExpectedHeads)
	}
	return req
}

func headsIn(in *apiserver.AuditHeads) *audit.Heads {
	heads := &audit.Heads{ExportedAt: value(in.ExportedAt), Chains: make([]audit.Head, len(in.Chains))}
	for i := range in.Chains {
		h := &in.Chains[i]
		heads.Chains[i] = audit.Head{
			ChainID: h.ChainId, Number: h.Number, Link: hashIn(h.Link), Seq: h.Seq, Hash: hashIn(h.Hash), Closed: h.Closed,
		}
	}
	if in.Gaps != nil {
		heads.Gaps = audit.GapsHead{Number: in.Gaps.Number, Link: hashIn(in.Gaps.Link)}
	}
	return heads
}

// hashIn reads a hash that the contract has found to be hexadecimal.
func hashIn(text string) audit.Hash {
	hash, _ := hex.DecodeString(text)
	return hash
}

func verification(report *audit.VerifyReport) apiserver.AuditVerification {
	out := apiserver.AuditVerification{
		Valid: report.Valid && report.Complete(), Complete: report.Complete(), Chains: int32Must(report.Chains), Events: report.Events,
		Removed: report.Removed, Unchained: report.Unchained, Unkeyed: int32Must(report.Unkeyed), Resume: optional(report.Resume),
	}
	if b := report.Break; b != nil {
		out.FirstBreak = &apiserver.AuditBreak{
			Kind: apiserver.AuditBreakKind(b.Kind), Detail: b.Detail, ChainSeq: unlessZero(b.Seq),
			ChainId: unlessZero(b.ChainID), EventId: unlessZero(b.EventID),
		}
	}
	return out
}

func unlessZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// GetAuditHeads exports where the chains end.
func (a *api) GetAuditHeads(ctx context.Context, req apiserver.GetAuditHeadsRequestObject) (apiserver.GetAuditHeadsResponseObject, error) {
	limit := audit.MaxHeads
	if req.Params.Limit != nil {
		limit = int(*req.Params.Limit)
	}
	heads, err := a.audit.Verifier.Heads(ctx, value(req.Params.After), limit)
	if err != nil {
		return nil, err
	}
	body := apiserver.AuditHeads{
		ExportedAt: pointerTo(heads.ExportedAt.UTC()), Chains: make([]apiserver.AuditHead, len(heads.Chains)),
		Gaps:    &apiserver.AuditGapsHead{Number: heads.Gaps.Number, Link: hex.EncodeToString(heads.Gaps.Link)},
		HasMore: &heads.More,
	}
	for i := range heads.Chains {
		h := &heads.Chains[i]
		body.Chains[i] = apiserver.AuditHead{
			ChainId: h.ChainID, Number: h.Number, Link: hex.EncodeToString(h.Link), Seq: h.Seq, Hash: hex.EncodeToString(h.Hash), Closed: h.Closed,
		}
	}
	return apiserver.GetAuditHeads200JSONResponse{Body: body}, nil
}
