package server

import (
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

// Failures that the server itself finds.
var (
	errInvalidRequest       = errors.New("invalid request")
	errMalformedBody        = errors.New("malformed body")
	errPayloadTooLarge      = errors.New("payload too large")
	errUnsupportedMediaType = errors.New("unsupported media type")
	errProblemTypeNotFound  = errors.New("no such problem type")
	errOverloaded           = errors.New("overloaded")
	errTimeout              = errors.New("the request took too long")
	errClientGone           = errors.New("the caller left before the answer")
)

// outcome says how one failure is answered.
type outcome struct {
	match   error
	kind    *problemKind
	explain func(made *call, err error, problem *apiserver.Problem) // fills in detail, errors and extensions
}

// outcomes is the only place that maps failures to answers. The first match wins: what says most about the state of
// the catalog comes first. A failure without a row is an internal error.
var outcomes = []outcome{
	{catalog.ErrOutcomeUnknown, outcomeUnknown, fixed("the connection to the database was lost during the commit; look whether it happened, or repeat a publish with if_exists=return_identical")},
	{audit.ErrOutcomeUnknown, outcomeUnknown, fixed("the connection to the database was lost during the commit; repeat with the same event_id")},
	{errTimeout, timeout, fixed("the request was not finished in time and was given up")},
	{errOverloaded, overloaded, explainRefusal},
	{errInvalidRequest, invalidRequest, explainRefusal},
	{errMalformedBody, malformedBody, explainRefusal},
	{errPayloadTooLarge, payloadTooLarge, explainRefusal},
	{errUnsupportedMediaType, unsupportedMediaType, explainRefusal},
	{errProblemTypeNotFound, problemTypeNotFound, explainRefusal},
	{validation.ErrInvalid, invalidRequest, explainViolations},
	{catalog.ErrInvalidCursor, invalidCursor, explainCursor},
	{audit.ErrInvalidCursor, invalidCursor, explainCursor},
	{audit.ErrInvalidResume, invalidCursor, explainResume},
	{versioning.ErrInvalidFormat, invalidVersion, explainInvalidVersion},
	{versioning.ErrVersionAlreadyExists, versionExists, explainVersionExists},
	{versioning.ErrVersionNotIncremented, versionNotIncremented, explainNotIncremented},
	{catalog.ErrTransitionNotAllowed, transitionNotAllowed, explainNotAllowed},
	{catalog.ErrPreconditionFailed, preconditionFailed, explainPrecondition},
	{catalog.ErrLabelSchemaNotFound, labelSchemaNotFound, explainLabelSchemaNotFound},
	{catalog.ErrPlaybookNotFound, playbookNotFound, explainPlaybookNotFound},
	{catalog.ErrVersionNotFound, versionNotFound, explainVersionNotFound},
	{catalog.ErrNoActiveVersion, noActiveVersion, explainNoActiveVersion},
	{audit.ErrConflict, eventExists, explainEventExists},
	{audit.ErrUnknownParent, unknownParent, explainUnknownParent},
	{audit.ErrEventNotFound, eventNotFound, explainEventNotFound},
	{audit.ErrQueueEntryNotFound, queueEntryNotFound, explainQueueEntryNotFound},
	{audit.ErrChainNotFound, chainNotFound, explainChainNotFound},
	{audit.ErrKeyRequired, auditKeyRequired, fixed("the hash chains of the audit trail were made with a key that this process does not have")},
	{audit.ErrClosed, stopping, fixed("the service takes no more events, since it is being stopped; nothing was recorded")},
	{audit.ErrQueueUnavailable, queueUnavailable, fixed("the queue of the audit trail cannot be used now; nothing was changed, try again")},
	{audit.ErrUnavailable, databaseUnavailable, fixed("PostgreSQL does not answer; nothing was changed, try again")},
	{catalog.ErrNoEmbedder, embedderUnavailable, fixed("this process has no embedder of the model that searches use; its log says which that is")},
	{embedding.ErrUnavailable, embedderUnavailable, fixed("the embedding model gives no vector for the query now; try again, or ask with mode=hybrid, which goes on by labels alone")},
	{embedding.ErrRejected, embedderUnavailable, fixed("the embedding model gives no vector for this query; ask in other words, or with mode=hybrid, which goes on by labels alone")},
	{catalog.ErrUnavailable, databaseUnavailable, fixed("PostgreSQL does not answer; nothing was changed, try again")},
	{echo.ErrNotFound, routeNotFound, fixed("there is nothing under this path")},
	{echo.ErrMethodNotAllowed, methodNotAllowed, fixed("the path takes only the methods that the header Allow names")},
}

// unexpected answers what has no row.
var unexpected = outcome{
	kind: internalError, explain: fixed("the service failed; its log has the cause under this request id"),
}

// outcomeOf gives the row of a failure, nil if there is none.
func outcomeOf(err error) *outcome {
	for i := range outcomes {
		if errors.Is(err, outcomes[i].match) {
			return &outcomes[i]
		}
	}
	return nil
}

func fixed(detail string) func(*call, error, *apiserver.Problem) {
	return func(_ *call, _ error, problem *apiserver.Problem) { problem.Detail = &detail }
}
