package server

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func explainEventExists(made *call, err error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("an event with this id and other content exists; an event is never changed")
	var conflict *audit.ConflictError
	if errors.As(err, &conflict) {
		problem.Detail = pointerTo(conflict.Error())
		problem.Errors = made.eventFields("event_id", "is the id of an event with other content", func(e *audit.Event) bool {
			return slices.Contains(conflict.IDs, e.ID)
		})
	}
}

func explainUnknownParent(made *call, err error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("the parent of an event does not exist")
	var unknown *audit.UnknownParentError
	if errors.As(err, &unknown) {
		problem.Detail = pointerTo(unknown.Error())
		problem.Errors = made.eventFields("parent_event_id", "is the id of no event, or not of one on the parent_event_date that was given", func(e *audit.Event) bool {
			return e.ParentID != nil && slices.Contains(unknown.IDs, *e.ParentID)
		})
	}
}

// eventFields gives a member of each event of the request that is meant, at most as many as a problem lists.
func (made *call) eventFields(member, detail string, meant func(*audit.Event) bool) []apiserver.ProblemError {
	var fields []apiserver.ProblemError
	for i := range made.events {
		if len(fields) == maxFields || !meant(&made.events[i]) {
			continue
		}
		pointer := "/" + member
		if made.batch {
			pointer = fmt.Sprintf("/%d/%s", i, member)
		}
		fields = append(fields, apiserver.ProblemError{In: apiserver.Body, Pointer: pointer, Detail: detail})
	}
	return fields
}

func explainEventNotFound(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("there is no audit event " + clip(made.item))
}

func explainQueueEntryNotFound(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("no parked group has the id " + clip(made.item))
}

func explainChainNotFound(made *call, _ error, problem *apiserver.Problem) {
	problem.Detail = pointerTo("no hash chain has the id " + clip(made.item))
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/chain_id", "is the id of no chain")}
}

func explainResume(made *call, _ error, problem *apiserver.Problem) {
	const detail = "it is damaged, or belongs to a verification of something else; begin again without it"
	problem.Detail = pointerTo("the verification cannot be resumed: " + detail)
	problem.Errors = []apiserver.ProblemError{made.fieldOf("/resume", detail)}
}
