package remote

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// Defaults of Config.
const (
	DefaultTimeout     = 10 * time.Second
	DefaultConcurrency = 4
	DefaultRetries     = 2
)

// Config says which server is called and how. Only URL is required.
type Config struct {
	// URL is scheme, host and port of the server, without a path.
	URL string
	// APIKeyFile holds the bearer key; empty means no key. The file is read for
	// every request, so a rotated key counts at once.
	APIKeyFile string
	// Timeout bounds one request together with its retries.
	Timeout time.Duration
	// Concurrency is how many requests are under way at the same time.
	Concurrency int
	// Retries is how often a request is repeated after a failure that may pass;
	// 0 means DefaultRetries, -1 none.
	Retries int
}

func (c Config) withDefaults() (Config, error) {
	if c.Timeout < 0 || c.Concurrency < 0 || c.Retries < -1 {
		return c, fmt.Errorf("%w: timeout and concurrency must not be negative, retries not below -1", embedding.ErrRejected)
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Concurrency == 0 {
		c.Concurrency = DefaultConcurrency
	}
	switch c.Retries {
	case 0:
		c.Retries = DefaultRetries
	case -1:
		c.Retries = 0
	}
	return c, nil
}

// parseURL refuses what would be dropped or leaked silently: a path, a query,
// credentials. The error never repeats the URL, which may hold a password.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%w: the embedding URL must look like http://host:port or https://host", embedding.ErrRejected)
	}
	if u.User != nil {
		return nil, fmt.Errorf("%w: the embedding URL must not hold credentials: use a key file", embedding.ErrRejected)
	}
	if (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%w: the embedding URL must have no path, query or fragment: the API's path is added to it", embedding.ErrRejected)
	}
	u.Path = ""
	return u, nil
}

// newHTTPClient follows no redirects, so that a key or a text never goes to a
// host that nobody configured. Time limits come from each request's context.
func newHTTPClient(concurrency int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = concurrency
	transport.MaxIdleConns = concurrency
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.TLSHandshakeTimeout = 5 * time.Second
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
