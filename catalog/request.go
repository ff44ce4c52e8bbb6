package catalog

import "context"

type requestIDKey struct{}

// WithRequestID gives a context that carries the id of the request that causes what is done with it. The id becomes
// part of the audit trail.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id that WithRequestID put into a context, empty for none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
