package catalog

import (
	"encoding/json"
	"strings"
	"time"
)

// draftField is one plain field of a draft; value gives nil when the publisher left it out.
type draftField struct {
	path  string
	class ChangeClass
	value func(d *Draft) json.RawMessage
}

// draftFields are all fields that are compared as one value. Labels, parameters and content are compared by their parts.
var draftFields = []draftField{
	{"/playbook_id", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(d.PlaybookID) }},
	{"/schema_version", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(d.SchemaVersion) }},
	{"/title", ClassText, func(d *Draft) json.RawMessage { return textValue(d.Title) }},
	{"/description", ClassText, func(d *Draft) json.RawMessage { return textValue(d.Description) }},
	{"/content_type", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(string(d.ContentType)) }},
	{"/owner", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(d.Owner) }},
	{"/maintainer", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(d.Maintainer) }},
	{pathVersionNotes, ClassText, func(d *Draft) json.RawMessage { return textValue(d.VersionNotes) }},
	{pathSummary, ClassText, func(d *Draft) json.RawMessage { return textValue(d.ChangeSummary) }},
	{"/approved_by", ClassMetadata, func(d *Draft) json.RawMessage { return textValue(d.ApprovedBy) }},
	{"/approved_at", ClassMetadata, func(d *Draft) json.RawMessage { return timeValue(d.ApprovedAt) }},
	{"/expected_success_rate", ClassMetadata, func(d *Draft) json.RawMessage { return optionalValue(d.ExpectedSuccessRate) }},
	{"/expected_duration_seconds", ClassMetadata, func(d *Draft) json.RawMessage { return optionalValue(d.ExpectedDurationSeconds) }},
}

func compareFields(from, to *Draft) []finding {
	var findings []finding
	for _, field := range draftFields {
		change, differs := compareJSON(field.path, field.class, field.value(from), field.value(to))
		if !differs {
			continue
		}
		change.Text = longTextDiff(from.Version, to.Version, change)
		findings = append(findings, finding{Change: change})
	}
	return findings
}

// longTextDiff gives a text diff of a text that has several lines.
func longTextDiff(from, to string, change Change) string {
	before, after := plainText(change.Old), plainText(change.New)
	if !strings.Contains(before, "\n") && !strings.Contains(after, "\n") {
		return ""
	}
	return textDiff(from+change.Path, to+change.Path, before, after)
}

func textValue(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return jsonValue(s)
}

func timeValue(at *time.Time) json.RawMessage {
	if at == nil {
		return nil
	}
	return jsonValue(at.UTC())
}

func optionalValue[T any](value *T) json.RawMessage {
	if value == nil {
		return nil
	}
	return jsonValue(*value)
}

// plainText gives the text of a JSON string, and nothing for any other value.
func plainText(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}
