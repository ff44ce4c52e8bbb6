package server

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

//go:embed assets/problem.html
var problemTemplate string

var problemPage = template.Must(template.New("problem").Parse(problemTemplate))

// ListProblemTypes gives every type of problem.
func (a *api) ListProblemTypes(context.Context, apiserver.ListProblemTypesRequestObject) (apiserver.ListProblemTypesResponseObject, error) {
	items := make([]apiserver.ProblemType, len(problemKinds))
	for i, kind := range problemKinds {
		items[i] = kind.document()
	}
	return apiserver.ListProblemTypes200JSONResponse{Body: apiserver.ProblemTypeList{Items: items}}, nil
}

// GetProblemType explains one type, as a page or as JSON.
func (a *api) GetProblemType(_ context.Context, req apiserver.GetProblemTypeRequestObject) (apiserver.GetProblemTypeResponseObject, error) {
	for _, kind := range problemKinds {
		if kind.slug != req.ProblemType {
			continue
		}
		if prefersHTML(value(req.Params.Accept)) {
			return newPage(kind)
		}
		return apiserver.GetProblemType200JSONResponse{Body: kind.document()}, nil
	}
	return nil, refuse(errProblemTypeNotFound, "there is no problem type %s", clip(req.ProblemType))
}

func (k *problemKind) document() apiserver.ProblemType {
	return apiserver.ProblemType{
		Type: k.path(), Title: k.title, Status: int32(k.status), //nolint:gosec // a status has three digits
		Cause: k.cause, Remedy: k.remedy,
	}
}

// page is a document in HTML without scripts and pictures.
type page []byte

func newPage(kind *problemKind) (page, error) {
	var text bytes.Buffer
	if err := problemPage.Execute(&text, kind.document()); err != nil {
		return nil, fmt.Errorf("render the page of a problem type: %w", err)
	}
	return text.Bytes(), nil
}

// VisitGetProblemTypeResponse implements the generated interface.
func (p page) VisitGetProblemTypeResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentSecurityPolicy, apiPolicy+"; style-src 'unsafe-inline'")
	w.Header().Set(echo.HeaderContentType, "text/html")
	w.Header().Set(echo.HeaderVary, echo.HeaderAccept)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(p)
	return err
}

// prefersHTML reports whether an Accept header ranks HTML above JSON, as those of browsers do.
func prefersHTML(accept string) bool {
	var html, json float64
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, ok := parameters["q"]; ok {
			if quality, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		switch mediaType {
		case "text/html":
			html = quality
		case echo.MIMEApplicationJSON, "application/*", "*/*":
			json = max(json, quality)
		}
	}
	return html > json
}
