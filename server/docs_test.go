package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocsPageNeedsNobodyElse(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	page := f.get(t, "/docs")
	require.Equal(t, http.StatusOK, page.status)
	policy := page.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'; script-src 'self';")
	require.Contains(t, policy, "connect-src 'self'")
	require.NotContains(t, policy, "unsafe-eval")
	require.NotContains(t, page.body, "://")
	require.NotRegexp(t, regexp.MustCompile(`<script>|<style|\son[a-z]+=`), page.body, "the policy forbids what is written into the page")

	links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
	require.Len(t, links, 4)
	for _, link := range links {
		asset := f.get(t, "/"+link[1])
		require.Equal(t, http.StatusOK, asset.status, link[1])
		require.NotEmpty(t, asset.body)
		require.Regexp(t, "^(text/css|text/javascript|image/png)", asset.header.Get("Content-Type"))
	}
	script := f.get(t, "/docs/init.js").body
	require.Contains(t, script, "url: 'openapi.yaml'")
	require.NotContains(t, script, "://")
}

func TestDocsAssetsAreCompressedAndCached(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	const target = "/docs/swagger-ui-bundle.js"
	ask := func(header, value string) *answer {
		req := httptest.NewRequest(http.MethodGet, target, nil)
		req.Header.Set(header, value)
		return f.do(t, req)
	}
	plain, packed := f.get(t, target), ask("Accept-Encoding", "br, gzip")
	require.Empty(t, plain.header.Get("Content-Encoding"))
	require.Equal(t, "gzip", packed.header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(strings.NewReader(packed.body))
	require.NoError(t, err)
	unpacked, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, plain.body, string(unpacked))
	require.NotEqual(t, plain.header.Get("ETag"), packed.header.Get("ETag"))

	again := ask("If-None-Match", plain.header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, again.status)
	require.Empty(t, again.body)
	require.Equal(t, http.StatusOK, ask("If-None-Match", packed.header.Get("ETag")).status)
}
