package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func init() {
	// Documents and pages that the contract describes as texts.
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/yaml", openapi3filter.FileBodyDecoder)
}

// contractTransport checks every answer against the contract that the service itself serves.
type contractTransport struct {
	t      *testing.T
	router routers.Router
}

// newClient gives the generated client for a service, with every answer checked.
func newClient(t *testing.T, s *service) *apiclient.ClientWithResponses {
	t.Helper()
	client, err := apiclient.NewClientWithResponses(s.url, apiclient.WithHTTPClient(newHTTPClient(t, s)))
	require.NoError(t, err)
	return client
}

func newHTTPClient(t *testing.T, s *service) *http.Client {
	t.Helper()
	resp, err := http.Get(s.url + "/openapi.yaml")
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	contract, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	doc.Servers = nil // their URLs would have to match the request's host
	router, err := legacy.NewRouter(doc)
	require.NoError(t, err)
	return &http.Client{Transport: &contractTransport{t: t, router: router}}
}

func (c *contractTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.check(req, resp, body); err != nil {
		c.t.Errorf("%s %s: %v\n%s", req.Method, req.URL, err, body)
	}
	return resp, nil
}

func (c *contractTransport) check(req *http.Request, resp *http.Response, body []byte) error {
	if resp.Header.Get("X-Request-Id") == "" {
		return fmt.Errorf("the answer has no X-Request-Id")
	}
	route, pathParams, err := c.router.FindRoute(req)
	if err != nil {
		// The contract has no such operation: the answer must be a problem that says so.
		if resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusMethodNotAllowed {
			return fmt.Errorf("status %d for an operation that the contract does not have", resp.StatusCode)
		}
		return nil
	}
	return openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: pathParams, Route: route},
		Status:                 resp.StatusCode,
		Header:                 resp.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
}
