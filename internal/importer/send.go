package importer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

// Retry bounds how long one version is tried when the service cannot be reached or is overloaded (connection errors,
// 429, 502, 503, 504). A repeat is harmless: an identical version that exists is a success. Zero values mean defaults.
type Retry struct {
	Attempts int           // default 8
	MinDelay time.Duration // before the first repeat, doubled each time; default 200 ms
	MaxDelay time.Duration // also of what Retry-After asks for; default 10 s
}

func (r Retry) withDefaults() Retry {
	if r.Attempts < 1 {
		r.Attempts = 8
	}
	if r.MinDelay <= 0 {
		r.MinDelay = 200 * time.Millisecond
	}
	if r.MaxDelay <= r.MinDelay {
		r.MaxDelay = max(10*time.Second, 2*r.MinDelay)
	}
	return r
}

// maxAnswer bounds an answer: the stored version is a little larger than the record.
const maxAnswer = 2 * MaxRecordSize

// response is an answer as it came. The parser of the generated client would refuse one whose headers are not as in the
// contract, such as the Retry-After of a proxy, which may be a date.
type response struct {
	*http.Response

	body []byte
}

// sender publishes single versions.
type sender struct {
	client   *apiclient.ClientWithResponses
	params   apiclient.PublishPlaybookParams
	executor failsafe.Executor[*response]
}

func newSender(cfg Config) *sender {
	retry := cfg.Retry
	policy := retrypolicy.NewBuilder[*response]().
		HandleIf(func(res *response, err error) bool { return err != nil || repeatable(res.StatusCode) }).
		WithMaxAttempts(retry.Attempts).
		WithBackoff(retry.MinDelay, retry.MaxDelay).
		WithJitterFactor(0.2).
		WithDelayFunc(func(attempt failsafe.ExecutionAttempt[*response]) time.Duration {
			return retryAfter(attempt.LastResult(), retry.MaxDelay)
		}).
		ReturnLastFailure().
		Build()
	ifExists := apiclient.ReturnIdentical
	s := &sender{client: cfg.Client, executor: failsafe.With(policy)}
	s.params.IfExists = &ifExists
	if cfg.DryRun {
		s.params.DryRun = &cfg.DryRun
	}
	if cfg.Actor != "" {
		s.params.XActor = &cfg.Actor
	}
	return s
}

// send publishes one body. The first context ends the repeats, the second one the request that is under way: an import
// that is interrupted wants to know how it ended.
//
// Errors: client.ErrUnreachable, client.ErrNotTheService and *client.Problem.
func (s *sender) send(ctx, inFlight context.Context, body []byte) (*response, error) {
	var last *response
	res, err := s.executor.WithContext(ctx).Get(func() (*response, error) {
		var err error
		last, err = s.once(inFlight, body)
		return last, err
	})
	if last != nil && !repeatable(last.StatusCode) {
		res, err = last, nil // an answer, though the context may have ended meanwhile
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	return res, client.Check(res.Response, res.body)
}

func (s *sender) once(ctx context.Context, body []byte) (*response, error) {
	res, err := s.client.PublishPlaybookWithBody(ctx, &s.params, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return &response{Response: res, body: text}, nil
}

// repeatable reports whether the same request may get another answer soon.
func repeatable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// retryAfter is how long the service asks to wait, at most the bound; -1 leaves it to the policy.
func retryAfter(res *response, bound time.Duration) time.Duration {
	if res == nil {
		return -1
	}
	value := res.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, bound)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), bound)
	}
	return -1
}
