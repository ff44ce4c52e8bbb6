from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.content_type import ContentType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.labels import Labels
    from ..models.parameter import Parameter


T = TypeVar("T", bound="PublishRequest")


@_attrs_define
class PublishRequest:
    """What the publisher writes; immutable once stored.

    Attributes:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        title (str): Short name for people; embedded for search.
        description (str): What it does and when to use it; embedded for search.
        content (str): Text of at most 1 MiB in UTF-8.
        labels (Labels): The labels of the label schema that the version names; those of 1.0 are listed here, a later
            schema may have more,
            and a name that the schema does not have is refused. Closed sets are compared without regard to case and stored
            in the spelling of the schema; `*` means any value where the schema allows it.
        schema_version (str | Unset): Label schema that the labels follow, one of `GET /label-schemas`. Default: '1.0'.
        content_type (ContentType | Unset): What the content is; YAML and JSON must parse.
        content_hash (str | Unset): SHA-256 of the content in lower-case hex; computed by the service and verified when
            sent.
        parameters (list[Parameter] | Unset): Inputs of the playbook.
        owner (str | Unset): Team that owns the playbook.
        maintainer (str | Unset): E-mail address of the maintainer.
        version_notes (str | Unset): What the publisher says of this version.
        change_summary (str | Unset): What changed since the version before; made from the diff to it when it is absent.
        approved_by (str | Unset): Who approved this version.
        approved_at (datetime.datetime | Unset): When it was approved.
        expected_success_rate (float | Unset): Share of executions that should succeed.
        expected_duration_seconds (int | Unset): How long an execution should take.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    playbook_id: str
    version: str
    title: str
    description: str
    content: str
    labels: Labels
    schema_version: str | Unset = "1.0"
    content_type: ContentType | Unset = UNSET
    content_hash: str | Unset = UNSET
    parameters: list[Parameter] | Unset = UNSET
    owner: str | Unset = UNSET
    maintainer: str | Unset = UNSET
    version_notes: str | Unset = UNSET
    change_summary: str | Unset = UNSET
    approved_by: str | Unset = UNSET
    approved_at: datetime.datetime | Unset = UNSET
    expected_success_rate: float | Unset = UNSET
    expected_duration_seconds: int | Unset = UNSET
    actor: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        playbook_id = self.playbook_id

        version = self.version

        title = self.title

        description = self.description

        content = self.content

        labels = self.labels.to_dict()

        schema_version = self.schema_version

        content_type: str | Unset = UNSET
        if not isinstance(self.content_type, Unset):
            content_type = self.content_type.value

        content_hash = self.content_hash

        parameters: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = []
            for parameters_item_data in self.parameters:
                parameters_item = parameters_item_data.to_dict()
                parameters.append(parameters_item)

        owner = self.owner

        maintainer = self.maintainer

        version_notes = self.version_notes

        change_summary = self.change_summary

        approved_by = self.approved_by

        approved_at: str | Unset = UNSET
        if not isinstance(self.approved_at, Unset):
            approved_at = self.approved_at.isoformat()

        expected_success_rate = self.expected_success_rate

        expected_duration_seconds = self.expected_duration_seconds

        actor = self.actor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "playbook_id": playbook_id,
                "version": version,
                "title": title,
                "description": description,
                "content": content,
                "labels": labels,
            }
        )
        if schema_version is not UNSET:
            field_dict["schema_version"] = schema_version
        if content_type is not UNSET:
            field_dict["content_type"] = content_type
        if content_hash is not UNSET:
            field_dict["content_hash"] = content_hash
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if owner is not UNSET:
            field_dict["owner"] = owner
        if maintainer is not UNSET:
            field_dict["maintainer"] = maintainer
        if version_notes is not UNSET:
            field_dict["version_notes"] = version_notes
        if change_summary is not UNSET:
            field_dict["change_summary"] = change_summary
        if approved_by is not UNSET:
            field_dict["approved_by"] = approved_by
        if approved_at is not UNSET:
            field_dict["approved_at"] = approved_at
        if expected_success_rate is not UNSET:
            field_dict["expected_success_rate"] = expected_success_rate
        if expected_duration_seconds is not UNSET:
            field_dict["expected_duration_seconds"] = expected_duration_seconds
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.labels import Labels  # noqa: PLC0415
        from ..models.parameter import Parameter  # noqa: PLC0415

        d = dict(src_dict)
        playbook_id = d.pop("playbook_id")

        version = d.pop("version")

        title = d.pop("title")

        description = d.pop("description")

        content = d.pop("content")

        labels = Labels.from_dict(d.pop("labels"))

        schema_version = d.pop("schema_version", UNSET)

        _content_type = d.pop("content_type", UNSET)
        content_type: ContentType | Unset
        if isinstance(_content_type, Unset):
            content_type = UNSET
        else:
            content_type = ContentType(_content_type)

        content_hash = d.pop("content_hash", UNSET)

        _parameters = d.pop("parameters", UNSET)
        parameters: list[Parameter] | Unset = UNSET
        if _parameters is not UNSET:
            parameters = []
            for parameters_item_data in _parameters:
                parameters_item = Parameter.from_dict(parameters_item_data)

                parameters.append(parameters_item)

        owner = d.pop("owner", UNSET)

        maintainer = d.pop("maintainer", UNSET)

        version_notes = d.pop("version_notes", UNSET)

        change_summary = d.pop("change_summary", UNSET)

        approved_by = d.pop("approved_by", UNSET)

        _approved_at = d.pop("approved_at", UNSET)
        approved_at: datetime.datetime | Unset
        if isinstance(_approved_at, Unset):
            approved_at = UNSET
        else:
            approved_at = datetime.datetime.fromisoformat(_approved_at)

        expected_success_rate = d.pop("expected_success_rate", UNSET)

        expected_duration_seconds = d.pop("expected_duration_seconds", UNSET)

        actor = d.pop("actor", UNSET)

        publish_request = cls(
            playbook_id=playbook_id,
            version=version,
            title=title,
            description=description,
            content=content,
            labels=labels,
            schema_version=schema_version,
            content_type=content_type,
            content_hash=content_hash,
            parameters=parameters,
            owner=owner,
            maintainer=maintainer,
            version_notes=version_notes,
            change_summary=change_summary,
            approved_by=approved_by,
            approved_at=approved_at,
            expected_success_rate=expected_success_rate,
            expected_duration_seconds=expected_duration_seconds,
            actor=actor,
        )

        return publish_request
