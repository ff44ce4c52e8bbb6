package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

// PublishRequest asks to store one version.
type PublishRequest struct {
	Draft    Draft
	Actor    Actor
	IfExists IfExists // default IfExistsFail
	DryRun   bool
	NextOnly bool // refuse the first version of a playbook, with ErrPlaybookNotFound
}

// Publish stores one version, or with DryRun only finds out what would happen.
//
// The text of the version is embedded before the transaction, so that no lock is held while a model works. When no
// embedder can be reached the version is stored without a vector, and RunFiller completes it.
//
// Errors: *validation.Error, versioning.ErrInvalidFormat, versioning.ErrVersionAlreadyExists,
// versioning.ErrVersionNotIncremented (as *versioning.NotIncrementedError), ErrUnavailable, ErrOutcomeUnknown.
func (c *Catalog) Publish(ctx context.Context, req PublishRequest) (Published, error) {
	published, err := c.publish(ctx, req)
	if !req.DryRun {
		c.observer.Published(publishOutcome(published, err), published.Version.EmbeddingStatus == EmbeddingPending)
	}
	return published, err
}

func (c *Catalog) publish(ctx context.Context, req PublishRequest) (Published, error) {
	schemas, err := c.schemas.covering(ctx, having(req.Draft.schemaVersion()))
	if err != nil {
		return Published{}, err
	}
	draft, err := req.Draft.Normalise(schemas)
	if err != nil {
		return Published{}, err
	}
	if req.NextOnly { // a look before the transaction is enough: a playbook that exists is never removed
		if _, err := c.store.Versions(ctx, draft.PlaybookID, Page{Limit: 1}); err != nil {
			return Published{}, err
		}
	}
	publication := Publication{
		Draft: draft, Actor: orAnonymous(req.Actor), IfExists: req.IfExists, DryRun: req.DryRun, RequestID: RequestID(ctx),
		Review: func(below, stable *Version) Review { return review(&draft, below, stable) },
	}
	if publication.IfExists == "" {
		publication.IfExists = IfExistsFail
	}
	published, err := c.embedAndStore(ctx, &publication)
	if err == nil && !req.DryRun && slices.ContainsFunc(publication.Vectors, func(v ModelVector) bool { return v.Vector == nil }) {
		c.wake.ring()
	}
	if !req.DryRun && !published.Identical {
		published.Warnings = append(published.Warnings, c.invalidate(ctx, draft.PlaybookID, err)...)
	}
	return published, err
}

// maxModelChanges is how often a publication is embedded anew because the models have changed meanwhile, which they do
// when an operator says so.
const maxModelChanges = 3

// embedAndStore gives a publication the vectors of all models and stores it. Should the models change in between, it does
// so again: otherwise a search by a model that has come to serve would not find the version.
func (c *Catalog) embedAndStore(ctx context.Context, publication *Publication) (Published, error) {
	text := VersionText{
		VersionID: VersionID{PlaybookID: publication.Draft.PlaybookID, Version: publication.Draft.Version},
		Text:      embedding.Text(publication.Draft.Title, publication.Draft.Description),
	}
	publication.TextHash = embedding.TextHash(text.Text)
	for attempt := 1; ; attempt++ {
		state, err := c.store.State(ctx)
		if err != nil {
			return Published{}, err
		}
		if publication.Vectors, err = c.vectors(ctx, state, text); err != nil {
			return Published{}, err
		}
		published, err := c.store.Publish(ctx, *publication)
		switch {
		case !errors.Is(err, ErrModelsChanged):
			return published, err
		case attempt == maxModelChanges:
			return Published{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
}

// review compares a draft with the versions before it. What changed is told from the greatest version below it, and
// whether its number says so from the greatest stable one, since a pre-release promises nothing.
func review(draft *Draft, below, stable *Version) Review {
	var r Review
	next := Version{Draft: *draft}
	if below != nil && draft.ChangeSummary == "" {
		r.ChangeSummary = Summary(Compare(*below, next))
	}
	if stable != nil {
		if warning, found := BumpWarning(Compare(*stable, next)); found {
			r.Warnings = append(r.Warnings, warning)
		}
	}
	return r
}

func publishOutcome(p Published, err error) string {
	switch {
	case err == nil && p.Identical:
		return "identical"
	case err == nil:
		return "created"
	case errors.Is(err, versioning.ErrVersionAlreadyExists):
		return "exists"
	case errors.Is(err, versioning.ErrVersionNotIncremented):
		return "not_incremented"
	case errors.Is(err, validation.ErrInvalid), errors.Is(err, versioning.ErrInvalidFormat), errors.Is(err, ErrPlaybookNotFound):
		return "invalid"
	default:
		return "failed"
	}
}

func checkVersionID(playbookID, version string) error {
	if err := CheckPlaybookID(playbookID); err != nil {
		return err
	}
	return versioning.ValidateVersionFormat(version)
}
