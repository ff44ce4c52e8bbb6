package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
	"github.com/kubernaut/datastorage/versioning"
)

func refusal(code, constraint string) error {
	return &pq.Error{Code: pqerror.Code(code), Constraint: constraint, Message: "refused"}
}

func TestMapError(t *testing.T) {
	t.Parallel()
	timeout := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	for name, test := range map[string]struct {
		err  error
		want []error // all that it is; nil means none of the sentinels
	}{
		"unreachable":              {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, []error{catalog.ErrUnavailable}},
		"no answer":                {timeout, []error{catalog.ErrUnavailable}},
		"session refused":          {store.NewDialError(errors.New("pq: SSL is not enabled on the server")), []error{catalog.ErrUnavailable}},
		"wrong password":           {store.NewDialError(refusal("28P01", "")), []error{catalog.ErrUnavailable}},
		"unknown database":         {store.NewDialError(refusal("3D000", "")), []error{catalog.ErrUnavailable}},
		"too many sessions":        {refusal("53300", ""), []error{catalog.ErrUnavailable}},
		"disk full":                {refusal("53100", ""), []error{catalog.ErrUnavailable}},
		"connection failure":       {refusal("08006", ""), []error{catalog.ErrUnavailable}},
		"shutdown":                 {refusal("57P01", ""), []error{catalog.ErrUnavailable}},
		"crash":                    {refusal("57P02", ""), []error{catalog.ErrUnavailable}},
		"starting up":              {refusal("57P03", ""), []error{catalog.ErrUnavailable}},
		"statement timeout":        {refusal("57014", ""), []error{catalog.ErrUnavailable}},
		"lock timeout":             {refusal("55P03", ""), []error{catalog.ErrUnavailable}},
		"became a standby":         {refusal("25006", ""), []error{catalog.ErrUnavailable}},
		"deadlock":                 {refusal("40P01", ""), []error{catalog.ErrUnavailable}},
		"serialization failure":    {refusal("40001", ""), []error{catalog.ErrUnavailable}},
		"session ended":            {driver.ErrBadConn, []error{catalog.ErrUnavailable}},
		"end of file":              {fmt.Errorf("read: %w", io.EOF), []error{catalog.ErrUnavailable}},
		"transaction ended":        {sql.ErrTxDone, []error{catalog.ErrUnavailable}},
		"commit without an answer": {store.NewCommitError(driver.ErrBadConn), []error{catalog.ErrUnavailable, catalog.ErrOutcomeUnknown}},
		"commit, timeout":          {store.NewCommitError(timeout), []error{catalog.ErrUnavailable, catalog.ErrOutcomeUnknown}},
		"version exists":           {refusal("23505", "playbook_versions_pkey"), []error{versioning.ErrVersionAlreadyExists}},
		"key exists":               {refusal("23505", "playbook_versions_key_unique"), []error{versioning.ErrVersionAlreadyExists}},
		"another constraint":       {refusal("23514", "playbook_versions_title_bounds"), nil},
		"missing table":            {refusal("42P01", ""), nil},
		"error of the domain":      {catalog.ErrVersionNotFound, []error{catalog.ErrVersionNotFound}},
		"unknown":                  {errors.New("unknown"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := store.MapError(t.Context(), "publish x", fmt.Errorf("driver: %w", test.err))
			require.ErrorContains(t, err, "publish x: ")
			require.NotErrorIs(t, err, context.DeadlineExceeded, "the caller's context has not ended")
			for _, sentinel := range []error{
				catalog.ErrUnavailable, catalog.ErrOutcomeUnknown, catalog.ErrVersionNotFound, versioning.ErrVersionAlreadyExists,
			} {
				require.Equal(t, contains(test.want, sentinel), errors.Is(err, sentinel), "%v: %v", sentinel, err)
			}
			if test.want == nil {
				require.ErrorIs(t, err, test.err)
			}
		})
	}
	require.NoError(t, store.MapError(t.Context(), "x", nil))
}

func contains(list []error, sentinel error) bool {
	for _, err := range list {
		if errors.Is(sentinel, err) {
			return true
		}
	}
	return false
}

// What an ended context brings about is its error and no other, except for a commit of which nobody knows.
func TestMapErrorAfterTheContextEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, cause := range []error{
		context.Canceled, driver.ErrBadConn, refusal("57014", ""), sql.ErrTxDone, &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded},
	} {
		err := store.MapError(ctx, "x", cause)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, catalog.ErrUnavailable)
	}
	require.ErrorIs(t, store.MapError(ctx, "x", store.NewCommitError(driver.ErrBadConn)), catalog.ErrOutcomeUnknown)
	require.ErrorIs(t, store.MapError(ctx, "x", refusal("23505", "playbook_versions_pkey")), versioning.ErrVersionAlreadyExists)
}
