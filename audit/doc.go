// Package audit is the domain of the audit trail: what an event holds, which rules a writer must keep, how events are
// chained by hashes so that a change shows, and how the trail is read.
//
// It knows neither HTTP nor SQL nor Redis, and nothing of playbooks.
package audit
