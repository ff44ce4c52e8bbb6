package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// sample is a request that the contract itself gives as an example of an operation.
type sample struct {
	op       *openapi3.Operation
	method   string
	template string
	path     map[string]string
	query    url.Values
	body     []byte
}

// samples gives one sample per operation, with its required parameters only.
func samples(t testing.TB) []*sample {
	t.Helper()
	var all []*sample
	for template, item := range document().Paths.Map() {
		for method, op := range item.Operations() {
			s := &sample{op: op, method: method, template: template, path: map[string]string{}, query: url.Values{}}
			for _, parameter := range slices.Concat(item.Parameters, op.Parameters) {
				s.add(t, parameter.Value)
			}
			s.body = exampleBody(t, op)
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *sample) int { return strings.Compare(a.op.OperationID, b.op.OperationID) })
	return all
}

func (s *sample) add(t testing.TB, parameter *openapi3.Parameter) {
	t.Helper()
	if !parameter.Required {
		return
	}
	example, ok := parameter.Example.(string)
	require.True(t, ok, "%s has no example", parameter.Name)
	if parameter.In == openapi3.ParameterInPath {
		s.path[parameter.Name] = example
	} else {
		s.query.Set(parameter.Name, example)
	}
}

func exampleBody(t testing.TB, op *openapi3.Operation) []byte {
	t.Helper()
	if op.RequestBody == nil {
		return nil
	}
	media := op.RequestBody.Value.Content["application/json"]
	example := media.Example
	for _, named := range media.Examples {
		example = named.Value.Value
	}
	body, err := json.Marshal(example)
	require.NoError(t, err)
	return body
}

func (s *sample) url() string {
	target := s.template
	for name, value := range s.path {
		target = strings.ReplaceAll(target, "{"+name+"}", value)
	}
	if len(s.query) > 0 {
		target += "?" + s.query.Encode()
	}
	return target
}

func (s *sample) request() *http.Request {
	return s.requestWith(s.method, s.url(), s.body)
}

func (s *sample) requestWith(method, target string, body []byte) *http.Request {
	req := httptest.NewRequest(method, target, strings.NewReader(string(body)))
	if s.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// ofCatalog says that the operation is about the catalog, and so may be refused for load.
func (s *sample) ofCatalog() bool { return !slices.Contains(s.op.Tags, "Service") }

func (s *sample) declares(status int) bool { return s.op.Responses.Status(status) != nil }
