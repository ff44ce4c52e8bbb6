package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

var (
	// ErrUnreachable says that no answer came.
	ErrUnreachable = errors.New("the service cannot be reached")
	// ErrNotTheService says that what answered is not this service, or is something in front of it.
	ErrNotTheService = errors.New("the answer does not come from a data storage service")
)

// Problem is a failure that the service answered with.
type Problem struct {
	apiclient.Problem
}

// Error gives title, type and detail, and each broken rule on a line of its own.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%d, %s)", p.Title, p.Status, p.Type)
	if p.Detail != nil && *p.Detail != "" {
		fmt.Fprintf(&text, ": %s", *p.Detail)
	}
	for _, e := range p.Errors {
		fmt.Fprintf(&text, "\n  %s %s: %s", e.In, e.Pointer, e.Detail)
	}
	return text.String()
}

// Check returns nil for an answer of status 2xx, a *Problem for a problem of the service, else ErrNotTheService.
func Check(res *http.Response, body []byte) error {
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return nil
	}
	mediaType, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	var p Problem
	if mediaType != "application/problem+json" || json.Unmarshal(body, &p.Problem) != nil || p.Type == "" {
		return fmt.Errorf("%w: %s from %s", ErrNotTheService, res.Status, res.Request.URL.Redacted())
	}
	p.Status = int32(res.StatusCode) //nolint:gosec // a status has three digits
	return &p
}
