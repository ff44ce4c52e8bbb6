package server

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// listHeaders may come in several lines, which mean the same as one line with commas.
var listHeaders = []string{"Accept", "If-None-Match"}

// checkParameters refuses in path, query and headers what the contract has no words for: names that it does not know,
// values given twice, and bytes that are no text.
func (s *Server) checkParameters(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		made := callFrom(req.Context())
		if made.operation == nil || !made.operation.takesInput {
			return next(c)
		}
		if !isText(req.URL.Path) {
			return refuse(errInvalidRequest, "the path has bytes that are no text: it must be UTF-8 without NUL")
		}
		var err error
		if made.query, err = url.ParseQuery(req.URL.RawQuery); err != nil {
			return refuse(errInvalidRequest, "the query is not encoded as name=value&name=value with percent-encoding")
		}
		if made.operation.ofWorkflows {
			takeUnderscores(req, made.query)
		}
		fields := made.operation.checkQuery(made.query)
		fields = append(fields, made.operation.checkHeaders(req.Header)...)
		if len(fields) > 0 {
			return refuseFields(fields)
		}
		return next(c)
	}
}

func (op *operation) checkQuery(query url.Values) []apiserver.ProblemError {
	var fields []apiserver.ProblemError
	refused := func(name, detail string) {
		fields = append(fields, field(apiserver.Query, name, detail))
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		repeatable, known := op.query[name]
		switch {
		case !isText(name):
			refused("", "a parameter's name must be UTF-8 without NUL")
		case name == embeddingName && !known:
			refused(name, noVectors)
		case !known:
			refused(name, op.knownQuery())
		case !repeatable && len(query[name]) > 1:
			refused(name, "must be given once")
		case slices.ContainsFunc(query[name], func(value string) bool { return !isText(value) }):
			refused(name, "must be UTF-8 without NUL")
		}
	}
	return fields
}

func (op *operation) knownQuery() string {
	if len(op.query) == 0 {
		return "is not known; this operation takes no query parameters"
	}
	return "is not known; this operation takes " + strings.Join(slices.Sorted(maps.Keys(op.query)), ", ")
}

func (op *operation) checkHeaders(header http.Header) []apiserver.ProblemError {
	var fields []apiserver.ProblemError
	for _, name := range op.headers {
		key := http.CanonicalHeaderKey(name)
		values := header[key]
		if len(values) > 1 && slices.Contains(listHeaders, key) {
			values = []string{strings.Join(values, ", ")}
			header[key] = values
		}
		switch {
		case len(values) > 1:
			fields = append(fields, field(apiserver.Header, name, "must be given once"))
		case len(values) == 1 && !isText(values[0]):
			fields = append(fields, field(apiserver.Header, name, "must be UTF-8"))
		}
	}
	return fields
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// field makes one entry of a problem's errors for a parameter, or for the whole of a part when the name is empty.
func field(in apiserver.ProblemErrorIn, name, detail string) apiserver.ProblemError {
	pointer := ""
	if name != "" {
		pointer = "/" + escapePointer(name)
	}
	return apiserver.ProblemError{In: in, Pointer: pointer, Detail: detail}
}

// escapePointer makes a name usable as one segment of a JSON pointer (RFC 6901).
func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(clip(name))
}
