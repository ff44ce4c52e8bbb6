package server

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

func explainRefusal(_ *call, err error, problem *apiserver.Problem) {
	var refused *refusal
	if errors.As(err, &refused) {
		problem.Detail, problem.Errors = &refused.detail, refused.fields
	}
}

func explainViolations(made *call, err error, problem *apiserver.Problem) {
	fields := made.violations(err)
	if len(fields) == 0 {
		problem.Detail = pointerTo("the request breaks a rule of the service")
		return
	}
	problem.Detail = pointerTo(summary(fields[0], len(fields)))
	problem.Errors = fields[:min(len(fields), maxFields)]
}

// violations gives the rules that the domain found broken.
func (made *call) violations(err error) []apiserver.ProblemError {
	var fields []apiserver.ProblemError
	var invalid *validation.Error
	if errors.As(err, &invalid) {
		for _, violation := range invalid.Violations {
			fields = append(fields, made.fieldOf(violation.Pointer, violation.Detail))
		}
	}
	return fields
}

// fieldOf says where in this request the thing is that the catalog calls pointer. The catalog speaks of labels in one
// object, as bodies have them; parameters have them by name.
func (made *call) fieldOf(pointer, detail string) apiserver.ProblemError {
	op := made.operation
	if op == nil {
		return apiserver.ProblemError{In: apiserver.Body, Pointer: pointer, Detail: detail}
	}
	label, ofLabel := strings.CutPrefix(pointer, "/labels/")
	if op.ofWorkflows {
		pointer = made.workflowPointer(pointer)
	} else if !op.takesBody {
		pointer = strings.TrimPrefix(pointer, "/labels")
	}
	in, found := op.locate(strings.TrimPrefix(pointer, "/"))
	switch {
	case op.takesBody && in != openapi3.ParameterInPath:
		in = string(apiserver.Body)
	case !found:
		in = string(apiserver.Query)
		if ofLabel && op.query[schemaLabelParameter] && !strings.HasPrefix(label, "custom_labels") {
			pointer, detail = "/"+schemaLabelParameter, label+": "+detail
		}
	}
	return apiserver.ProblemError{In: apiserver.ProblemErrorIn(in), Pointer: pointer, Detail: detail}
}

func explainCursor(made *call, _ error, problem *apiserver.Problem) {
	const detail = "the cursor is damaged, or belongs to a list with other filters; begin again without it"
	problem.Detail = pointerTo(detail)
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/cursor", detail)}
}

func explainInvalidVersion(made *call, err error, problem *apiserver.Problem) {
	// The domain words it, and bounds what it repeats of the version.
	problem.Detail = pointerTo(err.Error())
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/version", err.Error())}
}

func explainVersionExists(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo(fmt.Sprintf("%s %s exists and is immutable; publish the change as a greater version",
		clip(made.subject.PlaybookID), clip(made.subject.Version)))
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/version", "exists already")}
}

func explainNotIncremented(made *call, err error, problem *apiserver.Problem) {
	var refused *versioning.NotIncrementedError
	if !errors.As(err, &refused) {
		problem.Detail = pointerTo("the version is not greater than what exists")
		return
	}
	problem.GreatestVersion = &refused.Greatest
	problem.Detail = pointerTo(fmt.Sprintf("%s is not greater than %s, the version of %s to beat",
		refused.Next, refused.Greatest, clip(made.subject.PlaybookID)))
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/version", "must be greater than "+refused.Greatest)}
}

func explainNotAllowed(made *call, err error, problem *apiserver.Problem) {
	var refused *catalog.TransitionNotAllowedError
	if !errors.As(err, &refused) {
		problem.Detail = pointerTo("the status of the version does not allow it")
		return
	}
	last := &refused.Last
	problem.PresentState = presentState(last)
	detail := fmt.Sprintf("cannot %s %s %s: it is %s since %s by %s", refused.Transition, clip(made.subject.PlaybookID),
		clip(made.subject.Version), last.To, last.At.UTC().Format(time.RFC3339), last.Actor.Name)
	if last.Reason != "" {
		detail += ": " + last.Reason
	}
	problem.Detail = &detail
}

// presentState says how a version came into its status.
func presentState(last *catalog.HistoryEntry) *apiserver.PresentState {
	return &apiserver.PresentState{
		Status: apiserver.Status(last.To), Transition: apiserver.Transition(last.Transition), By: last.Actor.Name,
		At: last.At.UTC(), Reason: optional(last.Reason),
	}
}

func explainPrecondition(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo(fmt.Sprintf("%s %s is not in the state that If-Match names",
		clip(made.subject.PlaybookID), clip(made.subject.Version)))
}

func explainLabelSchemaNotFound(_ *call, err error, problem *apiserver.Problem) {
	var unknown *catalog.LabelSchemaNotFoundError
	problem.Detail = pointerTo("there is no such label schema")
	if errors.As(err, &unknown) {
		problem.Detail = pointerTo(unknown.Error())
	}
}

func explainPlaybookNotFound(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("there is no playbook " + clip(made.subject.PlaybookID))
}

func explainVersionNotFound(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo(fmt.Sprintf("playbook %s has no version %s", clip(made.subject.PlaybookID), clip(made.subject.Version)))
}

func explainNoActiveVersion(made *call, err error, problem *apiserver.Problem) {
	id := clip(made.subject.PlaybookID)
	problem.Detail = pointerTo("no version of " + id + " may be used")
	var none *catalog.NoActiveVersionError
	if !errors.As(err, &none) {
		return
	}
	newest := newerVersion(&none.Newest)
	problem.NewerVersion = newest
	problem.Detail = pointerTo(fmt.Sprintf("no version of %s may be used; the newest, %s, %s", id, newest.Version, newest.Reason))
}

func pointerTo[T any](value T) *T { return &value }
