// Package client is how commands reach a running service: the generated client with bounded times and connections, and
// the service's problems as Go errors.
//
// It knows the contract and nothing of how the service is built.
package client

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// DefaultServer is where a service listens when nobody said otherwise.
const DefaultServer = "http://127.0.0.1:8080"

// requestTimeout bounds one request with its answer.
const requestTimeout = time.Minute

// ErrServerURL says that the address of the service is not usable.
var ErrServerURL = errors.New("invalid server address")

// New makes a client for the service at a base URL, such as http://127.0.0.1:8080, that keeps as many connections open
// as there are parallel requests. It does not connect. Error: ErrServerURL.
func New(server string, parallel int) (*apiclient.ClientWithResponses, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("%w %q: want a URL such as %s", ErrServerURL, server, DefaultServer)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%w %q: want http or https, a host and no query, such as %s", ErrServerURL, u.Redacted(), DefaultServer)
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		MaxIdleConns:          parallel,
		MaxIdleConnsPerHost:   parallel,
		MaxConnsPerHost:       parallel,
		IdleConnTimeout:       30 * time.Second,
		ResponseHeaderTimeout: requestTimeout,
		ForceAttemptHTTP2:     true,
	}
	return apiclient.NewClientWithResponses(server,
		apiclient.WithHTTPClient(&http.Client{Transport: transport, Timeout: requestTimeout}))
}
