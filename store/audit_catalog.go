package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// catalogEvent is a change of the catalog, as the audit trail tells it.
type catalogEvent struct {
	kind      string // of what has changed
	id        string
	title     string
	action    string
	actor     catalog.Actor
	requestID string
	at        time.Time // of the change
	data      any       // becomes event_data
}

// kindPlaybook is the kind of what happens to versions.
const kindPlaybook = "playbook"

// publishedEvent tells of a version that was stored.
func publishedEvent(p *catalog.Publication, v *catalog.Version) catalogEvent {
	return catalogEvent{
		kind: kindPlaybook, id: v.PlaybookID, title: v.Title, action: "published", actor: p.Actor, requestID: p.RequestID, at: v.UpdatedAt,
		data: struct {
			Version         string `json:"version"`
			ContentHash     string `json:"content_hash"`
			PreviousVersion string `json:"previous_version,omitempty"`
			SchemaVersion   string `json:"schema_version"`
			IsLatest        bool   `json:"is_latest"`
			EmbeddingStatus string `json:"embedding_status"`
		}{
			v.Version, v.ContentHash, v.PreviousVersion, v.SchemaVersion, v.IsLatest, string(v.EmbeddingStatus),
		},
	}
}

// transitionActions name what happened to a version.
var transitionActions = map[catalog.Transition]string{
	catalog.TransitionDisable:   "disabled",
	catalog.TransitionEnable:    "enabled",
	catalog.TransitionDeprecate: "deprecated",
	catalog.TransitionArchive:   "archived",
}

// transitionEvents tell of versions whose status has changed, each with an event of its own.
func transitionEvents(t *transition, changed []catalog.Version) ([]audit.Prepared, error) {
	from := make(map[string]string, len(t.versions))
	for i, version := range t.versions {
		from[version] = t.from[i]
	}
	var events []audit.Prepared
	for i := range changed {
		v := &changed[i]
		event := catalogEvent{
			kind: kindPlaybook, id: v.PlaybookID, title: v.Title, action: transitionActions[t.kind], actor: t.actor,
			requestID: t.requestID, at: v.UpdatedAt,
			data: struct {
				Version       string `json:"version"`
				FromStatus    string `json:"from_status"`
				ToStatus      string `json:"to_status"`
				Reason        string `json:"reason,omitempty"`
				WholePlaybook bool   `json:"whole_playbook"`
				IsLatest      bool   `json:"is_latest"`
			}{v.Version, from[v.Version], string(v.Status), t.reason, t.wholePlaybook, v.IsLatest},
		}
		prepared, err := event.prepare()
		if err != nil {
			return nil, err
		}
		events = append(events, prepared...)
	}
	return events, nil
}

// prepare gives the event in the form that is recorded. Without a request id that fits, the event is correlated with
// nothing but itself.
func (c *catalogEvent) prepare() ([]audit.Prepared, error) {
	data, dataErr := json.Marshal(c.data)
	if dataErr != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.id, dataErr)
	}
	metadata, err := json.Marshal(map[string]string{"actor_source": string(c.actor.Source)})
	if err != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.id, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.id, err)
	}
	correlation := c.requestID
	if !isLine(correlation, 255) {
		correlation = id.String()
	}
	return audit.Prepare([]audit.Event{{
		ID: id, Version: "1.0", Timestamp: c.at, Type: "datastorage." + c.kind + "." + c.action, Category: c.kind,
		Action: c.action, Outcome: audit.OutcomeSuccess, ActorType: "user", ActorID: c.actor.Name,
		ResourceType: c.kind, ResourceID: c.id, ResourceName: c.title, CorrelationID: correlation,
		Data: data, Metadata: metadata,
	}}, c.at, audit.DefaultWindow)
}

// isLine reports whether a text is one line that is not blank and not too long.
func isLine(s string, maxLength int) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxLength &&
		!strings.ContainsFunc(s, unicode.IsControl)
}
