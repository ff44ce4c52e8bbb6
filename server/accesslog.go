package server

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// statusClientGone is what logs and metrics say of a request whose caller left before it was answered.
const statusClientGone = 499

// logAccess writes one line per request. It never holds a query, a body or an id of a playbook.
func (s *Server) logAccess(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		made := callFrom(c.Request().Context())
		attrs := []slog.Attr{
			slog.String("method", methodLabel(c.Request().Method)),
			slog.String("route", made.route),
			slog.Int("status", made.statusOf(c)),
			slog.Int64("bytes", c.Response().Size),
			slog.Duration("duration", time.Since(made.start)),
			slog.String("request_id", made.requestID),
			slog.String("operation", made.operationID()),
			slog.String("actor", made.actor.Name),
			slog.String("remote_ip", remoteIP(c.Request())),
		}
		if made.cause != nil {
			attrs = append(attrs, slog.Any("error", made.cause))
		}
		if stack := stackOf(made.cause); stack != "" {
			attrs = append(attrs, slog.String("stack", stack))
		}
		s.logger.LogAttrs(c.Request().Context(), made.level(c), "request", attrs...)
		return err
	}
}

func (made *call) level(c echo.Context) slog.Level {
	switch {
	case made.cause != nil && errors.Is(made.cause, errOverloaded):
		return slog.LevelWarn
	case made.cause != nil:
		return slog.LevelError
	case strings.HasPrefix(made.route, "/health/"), made.route == "/metrics":
		return slog.LevelDebug
	case made.statusOf(c) >= http.StatusInternalServerError:
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

func (made *call) statusOf(c echo.Context) int {
	if made.status != 0 {
		return made.status
	}
	return c.Response().Status
}

func (made *call) operationID() string {
	if made.operation == nil {
		return ""
	}
	return made.operation.id
}
