package client_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/client"
)

func TestServerAddress(t *testing.T) {
	t.Parallel()
	for _, server := range []string{"http://127.0.0.1:8080", "https://storage.example.com/datastorage/"} {
		_, err := client.New(server, 1)
		require.NoError(t, err, server)
	}
	for _, server := range []string{"", "127.0.0.1:8080", "localhost", "ftp://x", "http://", "http://x?y=z", "http://x:port"} {
		_, err := client.New(server, 1)
		require.ErrorIs(t, err, client.ErrServerURL, server)
	}
}

func TestPasswordOfAnAddressIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, err := client.New("ftp://user:secret@example.com", 1)
	require.ErrorIs(t, err, client.ErrServerURL)
	require.NotContains(t, err.Error(), "secret")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	response := func(status int, mediaType string) *http.Response {
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {mediaType}},
			Request: &http.Request{URL: &url.URL{Scheme: "http", Host: "example.com"}},
		}
	}
	const body = `{"type": "/problems/invalid-request", "title": "Invalid", "status": 400, "detail": "no",
		"errors": [{"in": "query", "pointer": "/top_k", "detail": "must be at most 100"}]}`
	require.NoError(t, client.Check(response(204, ""), nil))

	var problem *client.Problem
	require.ErrorAs(t, client.Check(response(400, "application/problem+json; charset=utf-8"), []byte(body)), &problem)
	require.Equal(t, "Invalid (400, /problems/invalid-request): no\n  query /top_k: must be at most 100", problem.Error())

	for _, other := range []struct{ mediaType, body string }{
		{"text/html", body}, {"application/problem+json", "{"}, {"application/problem+json", "{}"},
	} {
		require.ErrorIs(t, client.Check(response(404, other.mediaType), []byte(other.body)), client.ErrNotTheService)
	}
}
