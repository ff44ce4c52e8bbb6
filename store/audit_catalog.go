package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// catalogEvent is a change of the catalog, as the audit trail tells it.
type catalogEvent struct {
	action     string
	playbookID string
	title      string
	actor      catalog.Actor
	requestID  string
	data       any // becomes event_data
	version    *catalog.Version
}

// publishedEvent tells of a version that was stored.
func publishedEvent(p *catalog.Publication, v *catalog.Version) catalogEvent {
	return catalogEvent{
		action: "published", playbookID: v.PlaybookID, title: v.Title, actor: p.Actor, requestID: p.RequestID, version: v,
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

// prepare gives the event in the form that is recorded. Its time is that of the change. Without a request id that fits,
// the event is correlated with nothing but itself.
func (c *catalogEvent) prepare() ([]audit.Prepared, error) {
	data, dataErr := json.Marshal(c.data)
	if dataErr != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.playbookID, dataErr)
	}
	metadata, err := json.Marshal(map[string]string{"actor_source": string(c.actor.Source)})
	if err != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.playbookID, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("audit event of %s: %w", c.playbookID, err)
	}
	correlation := c.requestID
	if !isLine(correlation, 255) {
		correlation = id.String()
	}
	at := c.version.UpdatedAt
	return audit.Prepare([]audit.Event{{
		ID: id, Version: "1.0", Timestamp: at, Type: "datastorage.playbook." + c.action, Category: "playbook",
		Action: c.action, Outcome: audit.OutcomeSuccess, ActorType: "user", ActorID: c.actor.Name,
		ResourceType: "playbook", ResourceID: c.playbookID, ResourceName: c.title, CorrelationID: correlation,
		Data: data, Metadata: metadata,
	}}, at, audit.DefaultWindow)
}

// isLine reports whether a text is one line that is not blank and not too long.
func isLine(s string, maxLength int) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxLength &&
		!strings.ContainsFunc(s, unicode.IsControl)
}
