package server

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"
)

// panicError is a panic of a handler on its way to the log.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func stackOf(err error) string {
	var panicked *panicError
	if errors.As(err, &panicked) {
		return panicked.stack
	}
	return ""
}

// recoverPanic turns a panic into an error.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if value := recover(); value != nil {
				err = &panicError{value: value, stack: string(debug.Stack())}
			}
		}()
		return next(c)
	}
}

// answerErrors lets the error handler answer, so that what is outside of it sees the status. An answer that broke off
// after its first byte must not look complete: its connection is cut.
func (s *Server) answerErrors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err == nil {
			return nil
		}
		if c.Response().Committed {
			callFrom(c.Request().Context()).settle(err)
			return http.ErrAbortHandler
		}
		c.Error(err)
		return nil
	}
}

// cutOff is outside of everything that looks at a request, since it does not return.
func (s *Server) cutOff(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if errors.Is(err, http.ErrAbortHandler) {
			panic(http.ErrAbortHandler)
		}
		return err
	}
}
