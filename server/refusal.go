package server

import (
	"fmt"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// maxFields is how many errors one problem lists.
const maxFields = 20

// refusal is a failure that the server itself found, with what people need to know.
type refusal struct {
	match  error
	detail string
	fields []apiserver.ProblemError
}

func (r *refusal) Error() string { return r.detail }

// Unwrap gives the failure that the table of outcomes knows.
func (r *refusal) Unwrap() error { return r.match }

func refuse(match error, format string, args ...any) error {
	return &refusal{match: match, detail: fmt.Sprintf(format, args...)}
}

// refuseFields refuses a request for at least one part of it.
func refuseFields(fields []apiserver.ProblemError) error {
	return &refusal{
		match: errInvalidRequest, detail: summary(fields[0], len(fields)), fields: fields[:min(len(fields), maxFields)],
	}
}

// summary says in one line what is wrong, the first of several things.
func summary(first apiserver.ProblemError, total int) string {
	text := fmt.Sprintf("%s: %s", first.In, first.Detail)
	if first.Pointer != "" {
		text = fmt.Sprintf("%s %s: %s", first.In, first.Pointer, first.Detail)
	}
	if total > 1 {
		text += fmt.Sprintf(" (and %d more)", total-1)
	}
	return text
}
