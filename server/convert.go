package server

import (
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/versioning"
)

// playbookVersion is the one conversion that every answer with a version uses.
func playbookVersion(v *catalog.Version) apiserver.PlaybookVersion {
	return apiserver.PlaybookVersion{
		PlaybookId:              v.PlaybookID,
		Version:                 v.Version,
		SchemaVersion:           v.SchemaVersion,
		Title:                   v.Title,
		Description:             v.Description,
		Content:                 optional(v.Content),
		ContentType:             apiserver.ContentType(v.ContentType),
		ContentHash:             v.ContentHash,
		Labels:                  labelsOut(v.Labels),
		Parameters:              parametersOut(v.Parameters),
		Owner:                   optional(v.Owner),
		Maintainer:              optional(v.Maintainer),
		VersionNotes:            optional(v.VersionNotes),
		ChangeSummary:           optional(v.ChangeSummary),
		ApprovedBy:              optional(v.ApprovedBy),
		ApprovedAt:              utc(v.ApprovedAt),
		ExpectedSuccessRate:     v.ExpectedSuccessRate,
		ExpectedDurationSeconds: int32Of(v.ExpectedDurationSeconds),
		ActualSuccessRate:       v.ActualSuccessRate,
		TotalExecutions:         v.TotalExecutions,
		SuccessfulExecutions:    v.SuccessfulExecutions,
		Status:                  apiserver.Status(v.Status),
		DisabledAt:              utc(v.DisabledAt),
		DisabledBy:              optional(v.DisabledBy),
		DisabledReason:          optional(v.DisabledReason),
		DeprecationNotice:       optional(v.DeprecationNotice),
		SupersededBy:            optional(v.SupersededBy),
		IsLatest:                v.IsLatest,
		PreviousVersion:         optional(v.PreviousVersion),
		Revision:                v.Revision,
		EmbeddingStatus:         apiserver.EmbeddingStatus(v.EmbeddingStatus),
		CreatedAt:               v.CreatedAt.UTC(),
		CreatedBy:               v.CreatedBy,
		ActorSource:             apiserver.ActorSource(v.ActorSource),
		UpdatedAt:               v.UpdatedAt.UTC(),
		UpdatedBy:               v.UpdatedBy,
	}
}

func versionList(page catalog.VersionPage) apiserver.PlaybookVersionList {
	items := make([]apiserver.PlaybookVersion, len(page.Items))
	for i := range page.Items {
		items[i] = playbookVersion(&page.Items[i])
	}
	return apiserver.PlaybookVersionList{Items: items, NextCursor: optional(page.NextCursor)}
}

// newerVersion names a version that is greater than the latest one, with the reason why it is not used.
func newerVersion(ref *catalog.VersionRef) *apiserver.NewerVersion {
	if ref == nil {
		return nil
	}
	return &apiserver.NewerVersion{
		Version:        ref.Version,
		Status:         apiserver.Status(ref.Status),
		Reason:         whyNotUsed(ref),
		DisabledAt:     utc(ref.DisabledAt),
		DisabledBy:     optional(ref.DisabledBy),
		DisabledReason: optional(ref.DisabledReason),
	}
}

// whyNotUsed continues a sentence that begins with the version.
func whyNotUsed(ref *catalog.VersionRef) string {
	switch ref.Status {
	case catalog.StatusDisabled:
		return whyDisabled(ref)
	case catalog.StatusDeprecated, catalog.StatusArchived:
		return "is " + string(ref.Status)
	}
	if versioning.IsPrerelease(ref.Version) {
		return "is a pre-release, and a stable version is active"
	}
	return "is not used"
}

func whyDisabled(ref *catalog.VersionRef) string {
	text := "was disabled"
	if ref.DisabledBy != "" {
		text += " by " + ref.DisabledBy
	}
	if ref.DisabledAt != nil {
		text += " on " + ref.DisabledAt.UTC().Format(time.RFC3339)
	}
	if ref.DisabledReason != "" {
		text += ": " + ref.DisabledReason
	}
	return text
}

// draftIn gives what a publisher wrote. The contract has checked forms and lengths; the catalog checks the rest.
func draftIn(body *apiserver.PublishRequest) (catalog.Draft, error) {
	labels, err := labelsIn(body.Labels)
	return catalog.Draft{
		PlaybookID:              body.PlaybookId,
		Version:                 body.Version,
		SchemaVersion:           value(body.SchemaVersion),
		Title:                   body.Title,
		Description:             body.Description,
		Content:                 body.Content,
		ContentType:             catalog.ContentType(value(body.ContentType)),
		ContentHash:             value(body.ContentHash),
		Labels:                  labels,
		Parameters:              parametersIn(body.Parameters),
		Owner:                   value(body.Owner),
		Maintainer:              value(body.Maintainer),
		VersionNotes:            value(body.VersionNotes),
		ChangeSummary:           value(body.ChangeSummary),
		ApprovedBy:              value(body.ApprovedBy),
		ApprovedAt:              body.ApprovedAt,
		ExpectedSuccessRate:     body.ExpectedSuccessRate,
		ExpectedDurationSeconds: intOf(body.ExpectedDurationSeconds),
	}, err
}

// entityTag is strong: content is immutable, and all else that a version shows grows its revision when it changes.
func entityTag(v *catalog.Version) string {
	return fmt.Sprintf(`"%.16s-%d"`, v.ContentHash, v.Revision)
}

// optional gives nil for an empty text, which the domain means by absent.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func value[T any](pointer *T) T {
	if pointer == nil {
		var zero T
		return zero
	}
	return *pointer
}

func valueOr[T any](pointer *T, otherwise T) T {
	if pointer == nil {
		return otherwise
	}
	return *pointer
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return pointerTo(at.UTC())
}

func int32Of(n *int) *int32 {
	if n == nil {
		return nil
	}
	return pointerTo(int32(*n)) //nolint:gosec // the catalog bounds it
}

func intOf(n *int32) *int {
	if n == nil {
		return nil
	}
	return pointerTo(int(*n))
}
