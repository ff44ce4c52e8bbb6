package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
)

// stubVerifier answers what a test says.
type stubVerifier struct {
	audit.Verifier

	answer func(context.Context) (audit.VerifyReport, error)
}

func (s stubVerifier) Verify(ctx context.Context, _ audit.VerifyRequest, _ func(audit.VerifyReport)) (audit.VerifyReport, error) {
	return s.answer(ctx)
}

func TestVerificationsAreCountedAndLogged(t *testing.T) {
	t.Parallel()
	broken := &audit.Break{ChainID: uuid.New(), Seq: 7, EventID: uuid.New(), Kind: audit.BreakAltered, Detail: "its content"}
	for _, test := range []struct {
		report audit.VerifyReport
		err    error
		result string
		logs   []string
	}{
		{audit.VerifyReport{Valid: true, Chains: 3, Events: 41}, nil, "valid", []string{"level=INFO", "chains=3", "events=41"}},
		{audit.VerifyReport{Valid: true, Resume: "x"}, nil, "partial", nil},
		{
			audit.VerifyReport{Break: broken}, nil, "broken",
			[]string{"level=ERROR", "kind=altered", broken.ChainID.String(), "chain_seq=7", broken.EventID.String(), "its content"},
		},
		{audit.VerifyReport{}, audit.ErrUnavailable, "failed", nil},
	} {
		var log bytes.Buffer
		var counted []string
		v := newVerifier(stubVerifier{answer: func(context.Context) (audit.VerifyReport, error) { return test.report, test.err }},
			func(result string) { counted = append(counted, result) }, slog.New(slog.NewTextHandler(&log, nil)))
		report, err := v.Verify(t.Context(), audit.VerifyRequest{}, nil)
		require.Equal(t, test.report, report)
		require.Equal(t, test.err, err)
		require.Equal(t, []string{test.result}, counted)
		for _, text := range test.logs {
			require.Contains(t, log.String(), text)
		}
		require.Equal(t, test.logs == nil, log.Len() == 0)
	}
}

// More verifications than a process works on wait, and leave when their time is over.
func TestVerificationsTakeTurns(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	v := newVerifier(stubVerifier{answer: func(context.Context) (audit.VerifyReport, error) {
		entered <- struct{}{}
		<-leave
		return audit.VerifyReport{}, errors.New("over")
	}}, func(string) {}, slog.New(slog.DiscardHandler))
	done := make(chan error, maxVerifications+1)
	verify := func(ctx context.Context) {
		_, err := v.Verify(ctx, audit.VerifyRequest{}, nil)
		done <- err
	}
	for range maxVerifications {
		go verify(t.Context())
		<-entered
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	verify(impatient)
	require.ErrorIs(t, <-done, context.Canceled)
	go verify(t.Context())
	leave <- struct{}{}
	<-entered // the one that waited
	leave <- struct{}{}
	leave <- struct{}{}
	for range maxVerifications + 1 {
		require.EqualError(t, <-done, "over")
	}
}
