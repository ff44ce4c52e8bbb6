package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// limitInFlight refuses what would be too much work at once. What is about the service itself is let through, or an
// overloaded service could not be watched.
func (s *Server) limitInFlight(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if op := callFrom(c.Request().Context()).operation; op == nil || op.ofService {
			return next(c)
		}
		select {
		case s.slots <- struct{}{}:
		default:
			return refuse(errOverloaded, "%d requests are in work, which is as many as the service takes at once", cap(s.slots))
		}
		defer func() { <-s.slots }()
		return next(c)
	}
}

// limitBody bounds the body, by what its length is said to be and then by what is read of it.
func (s *Server) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		if op := callFrom(req.Context()).operation; op == nil || !op.takesBody {
			return next(c)
		}
		if req.ContentLength > s.cfg.MaxBodyBytes {
			return tooLarge(s.cfg.MaxBodyBytes)
		}
		// The writer below Echo's is the one that can be told to close the connection.
		req.Body = http.MaxBytesReader(c.Response().Writer, req.Body, s.cfg.MaxBodyBytes)
		return next(c)
	}
}

func tooLarge(limit int64) error {
	return refuse(errPayloadTooLarge, "the body may have at most %d bytes", limit)
}

// limitTime ends the context of a request after the request timeout, and says what it means when a handler failed after
// its context had ended.
func (s *Server) limitTime(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		ctx, cancel := context.WithTimeout(req.Context(), s.cfg.RequestTimeout)
		defer cancel()
		c.SetRequest(req.WithContext(ctx))
		return s.explainEnd(ctx, next(c))
	}
}

// explainEnd tells a failure of its own from one that only is the end of the request's context.
func (s *Server) explainEnd(ctx context.Context, err error) error {
	ended := ctx.Err()
	if err == nil || ended == nil {
		return err
	}
	if !errors.Is(err, ended) && outcomeOf(err) != nil {
		return err
	}
	if isOutcomeUnknown(err) {
		return err
	}
	if errors.Is(ended, context.Canceled) {
		return fmt.Errorf("%w: %w", errClientGone, err)
	}
	return fmt.Errorf("%w after %s: %w", errTimeout, s.cfg.RequestTimeout, err)
}
