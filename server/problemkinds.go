package server

import "net/http"

// problemKind is one type of problem: what `type` names, and what /problems explains.
type problemKind struct {
	slug       string
	title      string
	status     int
	cause      string
	remedy     string
	retryAfter int // seconds, 0 for none
}

const problemsPath = "/problems/"

func (k *problemKind) path() string { return problemsPath + k.slug }

// The types of problems. A slug is part of the API: clients tell failures apart by it.
var (
	invalidRequest = &problemKind{
		slug: "invalid-request", title: "The request is not valid", status: http.StatusBadRequest,
		cause:  "A parameter or a member of the body breaks a rule of the contract, or has a name that the contract does not know.",
		remedy: "`errors` says where and why, at most 20 times. Correct the request; the rules are in /openapi.yaml and at /docs.",
	}
	malformedBody = &problemKind{
		slug: "malformed-body", title: "The body cannot be read", status: http.StatusBadRequest,
		cause:  "The body is empty, is not one JSON value in UTF-8, is nested too deeply, or gives a member twice.",
		remedy: "`detail` names the byte at which reading failed. Send one JSON object, made by a JSON library.",
	}
	invalidVersion = &problemKind{
		slug: "invalid-version", title: "Not a version", status: http.StatusBadRequest,
		cause:  "A version is a semantic version with a leading v and all three numbers, without build metadata.",
		remedy: "Write it like v1.2.3 or v2.0.0-rc.1.",
	}
	versionNotIncremented = &problemKind{
		slug: "version-not-incremented", title: "The version is not an increment", status: http.StatusBadRequest,
		cause: "A stable version must be greater than the greatest stable version that exists, whatever its status; a pre-release " +
			"must also be greater than every pre-release of the same major.minor.patch.",
		remedy: "Publish a version that is greater than `greatest_version`.",
	}
	invalidCursor = &problemKind{
		slug: "invalid-cursor", title: "The cursor is not valid", status: http.StatusBadRequest,
		cause:  "A cursor is only valid as it was given, and for the list and the filters that it was given for; so is what resumes a verification.",
		remedy: "Send `next_cursor` or `resume` unchanged with the same filters, or begin again without it.",
	}
	unknownParent = &problemKind{
		slug: "unknown-parent", title: "The parent does not exist", status: http.StatusBadRequest,
		cause:  "`parent_event_id` names an event that is neither recorded nor in the same batch, and the queue is empty.",
		remedy: "Record the parent before its children, or in the same batch.",
	}
	playbookNotFound = &problemKind{
		slug: "playbook-not-found", title: "No such playbook", status: http.StatusNotFound,
		cause:  "No version of this playbook was ever published.",
		remedy: "Look at the spelling of the id. GET /api/v1/playbooks lists what there is.",
	}
	versionNotFound = &problemKind{
		slug: "version-not-found", title: "No such version", status: http.StatusNotFound,
		cause:  "The playbook exists, but not in this version.",
		remedy: "GET /api/v1/playbooks/{playbook_id}/versions lists its versions.",
	}
	noActiveVersion = &problemKind{
		slug: "no-active-version", title: "No active version", status: http.StatusNotFound,
		cause:  "The playbook has versions, but none of them may be used: all are disabled, deprecated or archived.",
		remedy: "`newer_version` names the newest and why it is not used. Publish a greater version, or have one enabled.",
	}
	labelSchemaNotFound = &problemKind{
		slug: "label-schema-not-found", title: "No such label schema", status: http.StatusNotFound,
		cause:  "No label schema of this version is stored.",
		remedy: "`detail` names those that are; GET /api/v1/label-schemas shows them.",
	}
	eventNotFound = &problemKind{
		slug: "event-not-found", title: "No such audit event", status: http.StatusNotFound,
		cause:  "No event with this id is recorded. One that was answered with 202 is found as soon as the database has taken it.",
		remedy: "Look at the id. GET /api/v1/audit/queue shows whether events still wait, or were set aside.",
	}
	queueEntryNotFound = &problemKind{
		slug: "queue-entry-not-found", title: "No such parked group", status: http.StatusNotFound,
		cause:  "No group of events with this id is set aside: it was retried or removed, or still waits.",
		remedy: "GET /api/v1/audit/queue lists the groups that are.",
	}
	chainNotFound = &problemKind{
		slug: "chain-not-found", title: "No such hash chain", status: http.StatusNotFound,
		cause:  "No hash chain with this id is registered in the audit trail.",
		remedy: "Look at the id. GET /api/v1/audit/heads lists the chains; a verification of all chains says whether one was dropped.",
	}
	routeNotFound = &problemKind{
		slug: "route-not-found", title: "No such path", status: http.StatusNotFound,
		cause:  "The service has nothing under this path. Paths are compared exactly, a slash at the end included.",
		remedy: "The paths are listed in /openapi.yaml and at /docs.",
	}
	problemTypeNotFound = &problemKind{
		slug: "problem-type-not-found", title: "No such problem type", status: http.StatusNotFound,
		cause:  "The service never answers with a problem of this type.",
		remedy: "GET /problems lists the types that there are.",
	}
	methodNotAllowed = &problemKind{
		slug: "method-not-allowed", title: "The path does not take this method", status: http.StatusMethodNotAllowed,
		cause:  "The path exists, but not with this method.",
		remedy: "Use a method that the header Allow of this answer names.",
	}
	versionExists = &problemKind{
		slug: "version-exists", title: "This version exists", status: http.StatusConflict,
		cause:  "A version is immutable once published, and this one was published before.",
		remedy: "Publish the change as a greater version. To repeat a publish safely, send if_exists=return_identical.",
	}
	eventExists = &problemKind{
		slug: "event-exists", title: "This event exists with other content", status: http.StatusConflict,
		cause:  "An event is never changed once recorded, and its id is taken by one that says something else.",
		remedy: "Send another event under another id. To repeat a write safely, send exactly the same event.",
	}
	auditKeyRequired = &problemKind{
		slug: "audit-key-required", title: "The audit key is missing", status: http.StatusConflict,
		cause:  "The hash chains of the audit trail were made with a key, and the process that answered has none.",
		remedy: "Configure audit.key_file in every process, with the same key.",
	}
	transitionNotAllowed = &problemKind{
		slug: "transition-not-allowed", title: "The status does not allow this", status: http.StatusConflict,
		cause: "A version is active or disabled, and becomes deprecated or archived from there; what is deprecated can only be " +
			"archived. A transition that has happened already is refused as well.",
		remedy: "`present_state` says which status the version has, and who gave it that, when and why.",
	}
	preconditionFailed = &problemKind{
		slug: "precondition-failed", title: "The version has changed", status: http.StatusPreconditionFailed,
		cause:  "The ETag of the version is none of those in If-Match. Nothing was changed.",
		remedy: "Read the version again, and repeat the change with its new ETag if it is still wanted.",
	}
	payloadTooLarge = &problemKind{
		slug: "payload-too-large", title: "The body is too large", status: http.StatusRequestEntityTooLarge,
		cause:  "The body has more bytes than the service reads.",
		remedy: "Send less: the content of a version may have 1 MiB. Split a batch of audit events.",
	}
	unsupportedMediaType = &problemKind{
		slug: "unsupported-media-type", title: "Unsupported media type", status: http.StatusUnsupportedMediaType,
		cause:  "The body is said to be something else than JSON in UTF-8, or is compressed.",
		remedy: "Send it with Content-Type: application/json and without Content-Encoding.",
	}
	internalError = &problemKind{
		slug: "internal-error", title: "Internal error", status: http.StatusInternalServerError,
		cause:  "The service failed in a way that it should not.",
		remedy: "Report it with its request_id, under which the log has the cause.",
	}
	databaseUnavailable = &problemKind{
		slug: "database-unavailable", title: "The database is not available", status: http.StatusServiceUnavailable, retryAfter: 5,
		cause:  "PostgreSQL does not answer, or is overloaded. Nothing was changed.",
		remedy: "Try again after the time that Retry-After gives.",
	}
	outcomeUnknown = &problemKind{
		slug: "outcome-unknown", title: "Stored or not, the service cannot tell", status: http.StatusServiceUnavailable, retryAfter: 1,
		cause:  "The connection to the database was lost while the change was being committed. It may or may not have happened.",
		remedy: "Repeat a publish with if_exists=return_identical, an audit event with the same event_id: it is stored, or found stored.",
	}
	queueUnavailable = &problemKind{
		slug: "queue-unavailable", title: "The audit queue is not available", status: http.StatusServiceUnavailable, retryAfter: 5,
		cause:  "The Redis server of the dead-letter queue does not answer, is full, or does not confirm that it keeps what it is given.",
		remedy: "Try again after the time that Retry-After gives. Events are recorded all the same while PostgreSQL is there.",
	}
	stopping = &problemKind{
		slug: "stopping", title: "The service is being stopped", status: http.StatusServiceUnavailable, retryAfter: 1,
		cause:  "This process takes no more audit events, since it is shutting down. Nothing was recorded.",
		remedy: "Try again after the time that Retry-After gives; another process answers then.",
	}
	embedderUnavailable = &problemKind{
		slug: "embedder-unavailable", title: "The embedding model is not available", status: http.StatusServiceUnavailable, retryAfter: 10,
		cause: "The model that turns a query into a vector does not answer, or gives no vector that can be used.",
		remedy: "Try again after the time that Retry-After gives. Only a search with mode=semantic needs the model: mode=hybrid " +
			"goes on by labels alone without it, and says `degraded`.",
	}
	overloaded = &problemKind{
		slug: "overloaded", title: "Too many requests at once", status: http.StatusServiceUnavailable, retryAfter: 1,
		cause:  "As many requests are in work as the service takes at once. This one was not begun.",
		remedy: "Try again after the time that Retry-After gives, and longer each time.",
	}
	timeout = &problemKind{
		slug: "timeout", title: "The request took too long", status: http.StatusServiceUnavailable, retryAfter: 5,
		cause:  "The request was not finished within the time that the service gives one, and was given up.",
		remedy: "Try again after the time that Retry-After gives. Repeat a publish with if_exists=return_identical, an audit event with the same event_id.",
	}
)

// problemKinds are all types, in the order in which /problems lists them.
var problemKinds = []*problemKind{
	invalidRequest, malformedBody, invalidVersion, versionNotIncremented, invalidCursor, unknownParent,
	playbookNotFound, versionNotFound, noActiveVersion, labelSchemaNotFound, eventNotFound, queueEntryNotFound, chainNotFound, routeNotFound, problemTypeNotFound, methodNotAllowed,
	versionExists, transitionNotAllowed, preconditionFailed, eventExists, auditKeyRequired, payloadTooLarge, unsupportedMediaType,
	internalError, databaseUnavailable, outcomeUnknown, queueUnavailable, stopping, embedderUnavailable, overloaded, timeout,
}
