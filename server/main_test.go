package server_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The contract calls these texts; the library would parse the one and does not know the other.
	for _, mediaType := range []string{"application/yaml", "text/html"} {
		openapi3filter.RegisterBodyDecoder(mediaType, asText)
	}
	goleak.VerifyTestMain(m)
}

func asText(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	data, err := io.ReadAll(body)
	return string(data), err
}
