// Package exitcode says how the process ends: the codes that scripts rely on, and which error means which.
package exitcode

import (
	"errors"
	"net/http"

	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/config"
)

// Code is an exit code.
type Code int

// The exit codes. 5 is left free.
const (
	OK          Code = 0
	Failure     Code = 1
	Usage       Code = 2
	NotFound    Code = 3
	Conflict    Code = 4
	Unavailable Code = 6
)

// Meaning explains a code.
type Meaning struct {
	Code Code
	Text string
}

// Table explains all codes, for people.
var Table = []Meaning{
	{OK, "all went well; an empty answer to a search is one"},
	{Failure, "failed, or not all went in"},
	{Usage, "the command line, the configuration or the request is not valid"},
	{NotFound, "there is no such thing"},
	{Conflict, "it contradicts what is stored"},
	{Unavailable, "the service, the database or the network failed"},
}

// coded is an error with its code.
type coded struct {
	error

	code Code
}

func (c coded) Unwrap() error { return c.error }

// With gives an error its code; nil stays nil.
func With(code Code, err error) error {
	if err == nil {
		return nil
	}
	return coded{err, code}
}

// sentinels are the errors whose meaning does not depend on where they come from.
var sentinels = []struct {
	err  error
	code Code
}{
	{config.ErrInvalid, Usage},
	{client.ErrServerURL, Usage},
	{client.ErrUnreachable, Unavailable},
	{client.ErrNotTheService, Unavailable},
}

// Of gives the code for what a command returned.
func Of(err error) Code {
	var own coded
	var problem *client.Problem
	switch {
	case err == nil:
		return OK
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &problem):
		return ofStatus(int(problem.Status))
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return s.code
		}
	}
	return Failure
}

func ofStatus(status int) Code {
	switch {
	case status == http.StatusNotFound:
		return NotFound
	case status == http.StatusConflict:
		return Conflict
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return Unavailable
	default:
		return Usage
	}
}
