package server

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	workflowsPath = "/api/v1/workflows"
	workflowsTag  = "Workflows"
)

// workflowsDeprecated is when the V1.0 names were replaced.
var workflowsDeprecated = time.Date(2025, 11, 22, 0, 0, 0, 0, time.UTC)

// markDeprecated says on every answer under the V1.0 paths, whatever it is, that they are deprecated (RFC 9745) and which
// path replaces the one that was asked (RFC 5829).
func (s *Server) markDeprecated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		if path := req.URL.EscapedPath(); path == workflowsPath || strings.HasPrefix(path, workflowsPath+"/") {
			header := c.Response().Header()
			header.Set("Deprecation", "@"+strconv.FormatInt(workflowsDeprecated.Unix(), 10))
			known := callFrom(req.Context()).operation != nil && !s.shadowed(c)
			header.Set("Link", "<"+successor(req.Method, path, known)+`>; rel="successor-version"`)
		}
		return next(c)
	}
}

// successor gives the path under which the same is done to playbooks. What is no operation leads to their list.
func successor(method, path string, known bool) string {
	const playbooks = "/api/v1/playbooks"
	switch {
	case !known || method == http.MethodPut:
		return playbooks
	case method == http.MethodDelete:
		return playbooks + strings.TrimPrefix(path, workflowsPath) + "/disable"
	default:
		return playbooks + strings.TrimPrefix(path, workflowsPath)
	}
}

// What the domain calls otherwise than the V1.0 bodies and parameters do, as JSON pointers.
var (
	workflowMembers    = map[string]string{"/playbook_id": "/workflow_id", "/title": "/name", "/correlation_id": "/remediation_id"}
	workflowParameters = map[string]string{
		"/playbook_id": "/workflow_id", "/top_k": "/max_results", "/min_similarity": "/min_confidence",
		"/correlation_id": "/remediation_id",
	}
)

// workflowPointer says where in a request under the V1.0 names the thing is that the domain calls pointer.
func (made *call) workflowPointer(pointer string) string {
	names := workflowParameters
	if made.operation.takesBody {
		names = workflowMembers
	}
	if name, renamed := names[pointer]; renamed {
		return name
	}
	label, isLabel := strings.CutPrefix(pointer, "/labels/")
	if !isLabel {
		return pointer
	}
	sent, known := made.labelNames[label]
	if !known && !strings.HasPrefix(label, "custom_labels") {
		sent = strings.ReplaceAll(label, "_", "-")
	} else if !known {
		sent = label
	}
	if !made.operation.takesBody {
		return "/label." + sent
	}
	return made.labelRoot + "/" + sent
}

// takeUnderscores lets the parameters of labels have underscores instead of hyphens. It changes the request, since the
// generated code reads that.
func takeUnderscores(req *http.Request, query url.Values) {
	changed := false
	for name, values := range query {
		known := strings.ReplaceAll(name, "_", "-")
		if strings.HasPrefix(name, "label.") && known != name {
			query[known] = append(query[known], values...) // of one given in both ways there are two, which is refused
			delete(query, name)
			changed = true
		}
	}
	if changed {
		req.URL.RawQuery = query.Encode()
	}
}
