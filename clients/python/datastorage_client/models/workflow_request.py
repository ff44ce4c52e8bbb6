from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.content_type import ContentType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.parameter import Parameter
    from ..models.workflow_labels import WorkflowLabels


T = TypeVar("T", bound="WorkflowRequest")


@_attrs_define
class WorkflowRequest:
    """A publish under the V1.0 names.

    Attributes:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        name (str): Short name for people; `title` of a playbook.
        description (str): What it does and when to use it.
        content (str): Text of at most 1 MiB in UTF-8.
        labels (WorkflowLabels): Labels of a playbook with hyphens in their names. The names of the label schema, with
            underscores, are taken too, but not both of one label.
        schema_version (str | Unset): Label schema that the labels follow. Default: '1.0'.
        content_type (ContentType | Unset): What the content is; YAML and JSON must parse.
        content_hash (str | Unset): SHA-256 of the content in lower-case hex; computed by the service and verified when
            sent.
        parameters (list[Parameter] | Unset):
        owner (str | Unset):
        maintainer (str | Unset): E-mail address of the maintainer.
        version_notes (str | Unset):
        change_summary (str | Unset):
        approved_by (str | Unset):
        approved_at (datetime.datetime | Unset):
        expected_success_rate (float | Unset):
        expected_duration_seconds (int | Unset):
        created_by (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    workflow_id: str
    version: str
    name: str
    description: str
    content: str
    labels: WorkflowLabels
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
    created_by: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        workflow_id = self.workflow_id

        version = self.version

        name = self.name

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

        created_by = self.created_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "workflow_id": workflow_id,
                "version": version,
                "name": name,
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
        if created_by is not UNSET:
            field_dict["created_by"] = created_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parameter import Parameter  # noqa: PLC0415
        from ..models.workflow_labels import WorkflowLabels  # noqa: PLC0415

        d = dict(src_dict)
        workflow_id = d.pop("workflow_id")

        version = d.pop("version")

        name = d.pop("name")

        description = d.pop("description")

        content = d.pop("content")

        labels = WorkflowLabels.from_dict(d.pop("labels"))

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

        created_by = d.pop("created_by", UNSET)

        workflow_request = cls(
            workflow_id=workflow_id,
            version=version,
            name=name,
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
            created_by=created_by,
        )

        return workflow_request
