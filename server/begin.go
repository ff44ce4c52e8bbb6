package server

import (
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/catalog"
)

const (
	headerRequestID = "X-Request-Id"
	headerActor     = "X-Actor"

	maxRequestIDLength = 128
	maxInstanceLength  = 400 // longer than any path that the contract takes
	maxActorLength     = 255

	// unmatchedRoute is the route of every request that the service has none for, so that logs and metrics do not grow
	// with what callers make up.
	unmatchedRoute = "unmatched"

	// apiPolicy keeps a browser from running anything that an answer might carry.
	apiPolicy = "default-src 'none'; frame-ancestors 'none'"
)

// begin makes the call of a request, and sets the headers that every answer has.
func (s *Server) begin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		s.inWork.Add(1)
		defer s.inWork.Add(-1)
		req := c.Request()
		made := &call{
			requestID: requestID(req.Header),
			start:     time.Now(),
			route:     unmatchedRoute,
			instance:  instance(req),
			actor:     headerActorOf(req.Header),
		}
		if template, ok := s.contract.templates[c.Path()]; ok && wellRouted(echo.GetPath(req), template) {
			made.route = template
			made.operation = s.contract.find(req.Method, c.Path())
		}
		c.SetRequest(req.WithContext(catalog.WithRequestID(withCall(req.Context(), made), made.requestID)))
		header := c.Response().Header()
		header.Set(headerRequestID, made.requestID)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", apiPolicy)
		header.Set("Referrer-Policy", "no-referrer")
		// What a search found before a version was disabled must not be found again in a cache.
		header.Set("Cache-Control", "no-cache")
		return next(c)
	}
}

// requestID gives the caller's id when it can be repeated safely in a header and a log, else a new one.
func requestID(header http.Header) string {
	if values := header[headerRequestID]; len(values) == 1 && isRequestID(values[0]) {
		return values[0]
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil.String() // without randomness a request is still worth an answer
	}
	return id.String()
}

func isRequestID(id string) bool {
	invisible := func(r rune) bool { return r <= ' ' || r > '~' }
	return id != "" && len(id) <= maxRequestIDLength && !strings.ContainsFunc(id, invisible)
}

// instance gives the path of a request for problems. A path that is too long to be any of ours is cut.
func instance(req *http.Request) string {
	path := req.URL.EscapedPath()
	if len(path) > maxInstanceLength {
		return clip(path)
	}
	return path
}

// headerActorOf gives the actor that X-Actor asserts. What the contract does not allow is refused later, by the
// operations that take it.
func headerActorOf(header http.Header) catalog.Actor {
	values := header[headerActor]
	if len(values) != 1 || values[0] == "" || len(values[0]) > maxActorLength || !utf8.ValidString(values[0]) {
		return catalog.Anonymous
	}
	return catalog.Actor{Name: values[0], Source: catalog.ActorAsserted}
}

// wellRouted reports false for paths that Echo takes although there is no such path: its last parameter swallows further
// segments, and a parameter may be empty. A slash that belongs to a value is still escaped here.
func wellRouted(path, template string) bool {
	return strings.Count(path, "/") == strings.Count(template, "/") && !strings.Contains(path, "//") && !strings.HasSuffix(path, "/")
}

// refuseShadowed refuses a method that a literal path does not take. Echo hands such a request to a path with a
// parameter that takes the method, as if the word were a value.
func (s *Server) refuseShadowed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !s.shadowed(c) {
			return next(c)
		}
		c.Response().Header().Set(echo.HeaderAllow, s.contract.allow(echo.GetPath(c.Request())))
		return echo.ErrMethodNotAllowed
	}
}

// shadowed reports whether a request was routed to a path with a parameter although there is a literal one.
func (s *Server) shadowed(c echo.Context) bool {
	path := echo.GetPath(c.Request())
	_, literal := s.contract.templates[path]
	return literal && path != c.Path()
}

// remoteIP gives the address of the peer. Headers of proxies are not believed.
func remoteIP(req *http.Request) string {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		return req.RemoteAddr
	}
	return host
}

// clip shortens what a caller sent before it is repeated.
func clip(text string) string {
	const limit = 64
	count := 0
	for i := range text {
		if count == limit {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
