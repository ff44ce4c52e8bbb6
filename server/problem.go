package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

const mimeProblem = "application/problem+json"

// isOutcomeUnknown reports what even the end of a request does not hide.
func isOutcomeUnknown(err error) bool {
	return errors.Is(err, catalog.ErrOutcomeUnknown) || errors.Is(err, audit.ErrOutcomeUnknown)
}

// problemOf describes a failure to the caller. Nothing of the failure itself is in it but what its row explains.
func problemOf(made *call, err error) (apiserver.Problem, *problemKind) {
	row := outcomeOf(err)
	if row == nil {
		row = &unexpected
	}
	problem := apiserver.Problem{
		Type:      row.kind.path(),
		Title:     row.kind.title,
		Status:    int32(row.kind.status), //nolint:gosec // a status has three digits
		Instance:  made.instance,
		RequestId: made.requestID,
	}
	row.explain(made, err, &problem)
	return problem, row.kind
}

// writeError is the only place that answers a failure.
func (s *Server) writeError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	req := c.Request()
	made := callFrom(req.Context())
	s.countRefused(made)
	if made.settle(err) {
		return
	}
	problem, kind := problemOf(made, err)
	body, err := json.Marshal(problem)
	if err != nil {
		s.logger.ErrorContext(req.Context(), "cannot write a problem", "error", err, "request_id", made.requestID)
		c.Response().WriteHeader(http.StatusInternalServerError)
		return
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, mimeProblem)
	if kind.retryAfter > 0 {
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(kind.retryAfter))
	}
	c.Response().WriteHeader(kind.status)
	if _, err := c.Response().Write(body); err != nil && !errors.Is(req.Context().Err(), context.Canceled) {
		s.logger.DebugContext(req.Context(), "cannot send a problem", "error", err, "request_id", made.requestID)
	}
}

// settle keeps for the log what a failure was. It reports true when nobody is there to be answered.
func (made *call) settle(err error) (gone bool) {
	if errors.Is(err, errClientGone) {
		made.status = statusClientGone
		return true
	}
	row := outcomeOf(err)
	if row == nil || row.kind.status >= http.StatusInternalServerError {
		made.cause = err
	}
	return false
}
