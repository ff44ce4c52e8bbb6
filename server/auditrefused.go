package server

import (
	"encoding/json"
	"time"
)

// recordsEvents are the operations whose requests carry audit events; true for those that carry a list.
var recordsEvents = map[string]bool{"recordAuditEvent": false, "recordAuditEvents": true}

// countRefused counts the events of a request that was refused before they could be handed over. What was handed over
// the recorder counts itself.
func (s *Server) countRefused(made *call) {
	if made.operation == nil || made.events != nil {
		return
	}
	list, records := recordsEvents[made.operation.id]
	if !records {
		return
	}
	count := 1 // also of a body that was not read
	var items []json.RawMessage
	if list && json.Unmarshal(made.body, &items) == nil {
		count = max(1, len(items))
	}
	s.cfg.Audit.Recorder.Refused(count, time.Since(made.start))
}
