package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// v1 is a consumer that was written for V1.0: it knows paths and JSON, and nothing of playbooks. Every answer is checked
// against the contract.
type v1 struct {
	t      *testing.T
	client *http.Client
}

type object = map[string]any

func (c *v1) do(method, path string, body any, want int) object {
	c.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		require.NoError(c.t, err)
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, shared.url+path, sent)
	require.NoError(c.t, err)
	req.Header.Set("X-Actor", "v1-consumer")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.client.Do(req)
	require.NoError(c.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, want, resp.StatusCode, "%s %s: %s", method, path, text)
	if bytes.HasPrefix([]byte(path), []byte("/api/v1/workflows")) {
		require.Regexp(c.t, `^@\d+$`, resp.Header.Get("Deprecation"))
		require.Regexp(c.t, `^</api/v1/playbooks.*>; rel="successor-version"$`, resp.Header.Get("Link"))
	}
	var answer object
	require.NoError(c.t, json.Unmarshal(text, &answer))
	return answer
}

func (c *v1) search(path string, body any) (found map[string]object, answer object) {
	c.t.Helper()
	if body == nil {
		answer = c.do("GET", path, nil, http.StatusOK)
	} else {
		answer = c.do("POST", path, body, http.StatusOK)
	}
	found = map[string]object{}
	for _, hit := range answer["workflows"].([]any) {
		record := hit.(object)["workflow"].(object)
		found[record["workflow_id"].(string)+" "+record["version"].(string)] = hit.(object)
	}
	return found, answer
}

// TestWorkflowsLiveOn walks a V1.0 consumer through all calls, and looks at the same catalog under its new names.
func TestWorkflowsLiveOn(t *testing.T) {
	t.Parallel()
	c := &v1{t, newHTTPClient(t, shared)}
	const (
		workflows = "/api/v1/workflows"
		id        = "antimatter-leak"
		own       = workflows + "/" + id
	)
	body := object{
		"workflow_id": id, "version": "v1.0.0", "name": "Antimatter leaks from its pod",
		"description": "The containment of the antimatter pod leaks; vent it into space.", "content": "# Vent",
		"labels": object{
			"signal-type": "AntimatterLeak", "severity": "high", "component": "pod", "risk-tolerance": "LOW", "resource_management": "manual",
		},
	}
	with := func(changes object) object {
		changed := object{}
		for name, value := range body {
			changed[name] = value
		}
		for name, value := range changes {
			changed[name] = value
		}
		return changed
	}
	created := c.do("POST", workflows, body, http.StatusCreated)
	require.Equal(t, true, created["is_latest_version"])
	require.Equal(t, "active", created["status"])
	require.Equal(t, "v1-consumer", created["created_by"])
	require.Len(t, created["content_hash"], 64)
	require.Equal(t, object{
		"signal-type": "AntimatterLeak", "severity": "high", "component": "pod", "risk-tolerance": "low", "resource-management": "manual",
	}, created["labels"])
	require.Equal(t, created, c.do("GET", own, nil, http.StatusOK))
	playbook := c.do("GET", "/api/v1/playbooks/"+id+"/versions/v1.0.0", nil, http.StatusOK)
	require.Equal(t, created["content_hash"], playbook["content_hash"], "one catalog")

	require.Equal(t, "/problems/version-exists", c.do("POST", workflows, body, http.StatusConflict)["type"])
	require.Equal(t, "/problems/version-exists", c.do("PUT", own, body, http.StatusConflict)["type"])
	require.Equal(t, "v1.0.0", c.do("PUT", own, with(object{"version": "v0.9.0"}), http.StatusBadRequest)["greatest_version"])
	require.Equal(t, "/problems/playbook-not-found", c.do("PUT", workflows+"/no-such-workflow",
		with(object{"workflow_id": "no-such-workflow"}), http.StatusNotFound)["type"])
	c.do("POST", workflows, with(object{"embedding": []float64{0.5}}), http.StatusBadRequest)
	next := c.do("PUT", own, with(object{"version": "v1.1.0", "content": "# Vent faster"}), http.StatusOK)
	require.Equal(t, "v1.0.0", next["previous_version"])
	require.Equal(t, next, c.do("GET", own, nil, http.StatusOK))

	query := url.Values{"query": {"antimatter pod leaks"}, "label.severity": {"high"}, "label.risk-tolerance": {"low"}, "max_results": {"3"}}
	found, _ := c.search(workflows+"/search?"+query.Encode(), nil)
	hit := found[id+" v1.1.0"]
	require.Equal(t, next, hit["workflow"], "the whole record")
	require.InDelta(t, 0.05, hit["label_boost"], 1e-9)
	require.InDelta(t, hit["base_similarity"].(float64)+0.05, hit["final_score"], 1e-9)
	require.Equal(t, hit["final_score"], hit["similarity_score"])
	byBody, answer := c.search(workflows+"/search", object{
		"query": "antimatter pod leaks", "filters": object{"severity": "high", "risk_tolerance": "low"}, "top_k": 3,
	})
	require.Equal(t, found, byBody)
	require.Equal(t, object{"severity": "high", "risk-tolerance": "low"}, answer["filters"])
	listed := c.do("GET", workflows+"?label.signal_type=antimatterleak", nil, http.StatusOK)
	require.Len(t, listed["workflows"], 1)

	c.do("DELETE", own, nil, http.StatusBadRequest)
	require.Len(t, c.do("DELETE", own+"?reason=vents+the+crew", nil, http.StatusOK)["workflows"], 2)
	require.Empty(t, c.do("DELETE", own+"?reason=again", nil, http.StatusOK)["workflows"], "a repeat changes nothing")
	require.Equal(t, "/problems/no-active-version", c.do("GET", own, nil, http.StatusNotFound)["type"])
	found, _ = c.search(workflows+"/search?"+query.Encode(), nil)
	require.NotContains(t, found, id+" v1.1.0")
	query.Set("include_disabled", "true")
	found, _ = c.search(workflows+"/search?"+query.Encode(), nil)
	record := found[id+" v1.1.0"]["workflow"].(object)
	require.Equal(t, "disabled", record["status"])
	require.Equal(t, "vents the crew", record["disabled_reason"])
	require.Equal(t, "v1-consumer", record["disabled_by"])
	require.Equal(t, false, record["is_latest_version"])
	require.NotContains(t, found, id+" v1.0.0", "of a playbook only the version that would be the latest")

	require.Equal(t, "# Vent", c.do("GET", "/api/v1/playbooks/"+id+"/versions/v1.0.0", nil, http.StatusOK)["content"], "nothing is erased")
	c.do("PATCH", "/api/v1/playbooks/"+id+"/enable", object{}, http.StatusOK)
	require.Equal(t, "v1.1.0", c.do("GET", own, nil, http.StatusOK)["version"])
}

// A search with remediation_id is evidence under that id.
func TestWorkflowSearchIsEvidence(t *testing.T) {
	t.Parallel()
	c := &v1{t, newHTTPClient(t, shared)}
	const remediation = "rr-workflow-search-is-evidence"
	c.search("/api/v1/workflows/search?query=disk+is+full&remediation_id="+remediation, nil)
	c.search("/api/v1/workflows/search", object{"query": "disk is full", "remediation_id": remediation, "include_disabled": true})
	var events []any
	require.Eventually(t, func() bool {
		events, _ = c.do("GET", "/api/v1/audit/events?event_category=search&correlation_id="+remediation, nil, http.StatusOK)["data"].([]any)
		return len(events) == 2
	}, startTimeout, 5*tick)
	for _, event := range events {
		require.Equal(t, "v1-consumer", event.(object)["actor_id"])
		require.NotEmpty(t, event.(object)["event_data"].(object)["answer"].(object)["items"])
	}
}
