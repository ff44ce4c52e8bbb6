package server

import (
	"context"
	"net/http"
	"net/url"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

const playbooksPath = "/api/v1/playbooks/"

// PublishPlaybook stores one version, or says with dry_run what would happen.
func (a *api) PublishPlaybook(ctx context.Context, req apiserver.PublishPlaybookRequestObject) (apiserver.PublishPlaybookResponseObject, error) {
	made := callFrom(ctx)
	made.subject = catalog.VersionID{PlaybookID: req.Body.PlaybookId, Version: req.Body.Version}
	draft, err := draftIn(req.Body)
	if err != nil {
		return nil, err
	}
	dryRun := value(req.Params.DryRun)
	published, err := a.catalog.Publish(ctx, catalog.PublishRequest{
		Draft:    draft,
		Actor:    made.actingAs(req.Body.Actor),
		IfExists: catalog.IfExists(value(req.Params.IfExists)),
		DryRun:   dryRun,
	})
	switch {
	case err != nil && dryRun:
		return wouldRefuse(made, err)
	case err != nil:
		return nil, err
	case dryRun || published.Identical:
		return wouldDo(published), nil
	}
	return created(&published), nil
}

func created(published *catalog.Published) apiserver.PublishPlaybookResponseObject {
	v := &published.Version
	body := playbookVersion(v)
	body.Warnings = published.Warnings
	location := playbooksPath + url.PathEscape(v.PlaybookID) + "/versions/" + url.PathEscape(v.Version)
	return apiserver.PublishPlaybook201JSONResponse{
		Body:    body,
		Headers: apiserver.PublishPlaybook201ResponseHeaders{Location: &location, ETag: pointerTo(entityTag(v))},
	}
}

func wouldDo(published catalog.Published) apiserver.PublishPlaybookResponseObject {
	outcome := apiserver.PublishOutcome{
		Would:    apiserver.Create,
		Version:  pointerTo(playbookVersion(&published.Version)),
		Warnings: append([]string{}, published.Warnings...),
	}
	if published.Identical {
		outcome.Would = apiserver.Identical
	} else if published.Version.EmbeddingStatus == catalog.EmbeddingPending {
		outcome.Warnings = append(outcome.Warnings,
			"the embedding model does not answer now: the version would be stored, and its vector computed later")
	}
	return apiserver.PublishPlaybook200JSONResponse{Body: outcome}
}

// wouldRefuse reports a refusal of the catalog. That the service could not find out is a failure all the same.
func wouldRefuse(made *call, err error) (apiserver.PublishPlaybookResponseObject, error) {
	problem, kind := problemOf(made, err)
	if kind.status >= http.StatusInternalServerError {
		return nil, err
	}
	return apiserver.PublishPlaybook200JSONResponse{
		Body: apiserver.PublishOutcome{Would: apiserver.Refuse, Problem: &problem, Warnings: []string{}},
	}, nil
}
