package server

import (
	"context"
	"net/url"
	"time"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// call is what is known of the request in work. Middleware fills it in; it belongs to the request's goroutine.
type call struct {
	requestID string
	start     time.Time
	operation *operation // nil when the contract has none for this request
	route     string     // path of the contract, or unmatchedRoute
	instance  string     // path of the request as problems repeat it
	query     url.Values // nil until it was parsed
	body      []byte     // once it is known to be JSON
	values    int        // JSON values in the body
	actor     catalog.Actor
	subject   catalog.VersionID // what the request is about, as far as known
	item      string            // id of the audit event or queue entry that it is about
	events    []audit.Event     // that it wants recorded
	batch     bool              // it has a list of events
	// Under the V1.0 names: where labels are in the body, and how their names were sent, by the names of the domain.
	labelRoot  string
	labelNames map[string]string

	// For the access log.
	status int   // when it differs from what was written
	cause  error // why the answer is a 5xx
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callFrom gives the call of a request's context. Outside a request it gives an empty one.
func callFrom(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}
