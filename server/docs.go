package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5/static"
)

const (
	docsPath      = "/docs"
	docsAssetPath = "/docs/:asset"
	// docsPolicy lets Swagger UI work, and talk to nobody but this service. It sets styles on its elements itself.
	docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

var (
	//go:embed assets/docs.html
	docsPage []byte
	//go:embed assets/init.js
	docsInit []byte
)

// docs has the pages of Swagger UI in memory.
type docs struct {
	assets map[string]*asset
}

// asset is one file, with its compressed form when it has one.
type asset struct {
	mediaType string
	tag       string
	plain     []byte
	gzipped   []byte
}

// swaggerAssets are the files of Swagger UI that the page asks for.
var swaggerAssets = []string{"swagger-ui.css.gz", "swagger-ui-bundle.js.gz", "favicon-32x32.png"}

// loadDocs unpacks the files once per process.
var loadDocs = sync.OnceValues(newDocs)

func newDocs() (*docs, error) {
	d := &docs{assets: map[string]*asset{"init.js": newAsset("init.js", docsInit, nil)}}
	for _, name := range swaggerAssets {
		data, err := static.FS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read Swagger UI: %w", err)
		}
		base, isGzip := strings.CutSuffix(name, ".gz")
		if !isGzip {
			d.assets[base] = newAsset(base, data, nil)
			continue
		}
		plain, err := gunzip(data)
		if err != nil {
			return nil, fmt.Errorf("unpack %s of Swagger UI: %w", base, err)
		}
		d.assets[base] = newAsset(base, plain, data)
	}
	return d, nil
}

// mediaTypes are written down, since what the operating system says of an extension may be anything.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png",
}

func newAsset(name string, plain, gzipped []byte) *asset {
	sum := sha256.Sum256(plain)
	return &asset{
		mediaType: mediaTypes[path.Ext(name)], tag: hex.EncodeToString(sum[:8]), plain: plain, gzipped: gzipped,
	}
}

func gunzip(data []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader) //nolint:gosec // the input is embedded at build time
}

func (d *docs) servePage(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, docsPolicy)
	return c.Blob(http.StatusOK, "text/html", docsPage)
}

func (d *docs) serveAsset(c echo.Context) error {
	found, ok := d.assets[c.Param("asset")]
	if !ok {
		return echo.ErrNotFound
	}
	header := c.Response().Header()
	header.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	data, tag := found.plain, found.tag
	if found.gzipped != nil && acceptsGzip(c.Request().Header.Get(echo.HeaderAcceptEncoding)) {
		header.Set(echo.HeaderContentEncoding, "gzip")
		data, tag = found.gzipped, tag+"-gzip"
	}
	tag = `"` + tag + `"`
	header.Set("ETag", tag)
	if matchesTag(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, found.mediaType, data)
}

// acceptsGzip is content with a plain `gzip` among the encodings, as browsers send it. Whoever asks differently gets the
// plain file.
func acceptsGzip(accept string) bool {
	for encoding := range strings.SplitSeq(accept, ",") {
		if strings.TrimSpace(encoding) == "gzip" {
			return true
		}
	}
	return false
}
