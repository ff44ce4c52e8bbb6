from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.content_type import ContentType
from ..models.status import Status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.parameter import Parameter
    from ..models.workflow_labels import WorkflowLabels


T = TypeVar("T", bound="Workflow")


@_attrs_define
class Workflow:
    """One version of a playbook under the V1.0 names.

    Attributes:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        schema_version (str):
        name (str):
        description (str):
        content_type (ContentType): What the content is; YAML and JSON must parse.
        content_hash (str): SHA-256 of the content in lower-case hex.
        labels (WorkflowLabels): Labels of a playbook with hyphens in their names. The names of the label schema, with
            underscores, are taken too, but not both of one label.
        parameters (list[Parameter]):
        total_executions (int):
        successful_executions (int):
        status (Status): Lifecycle status of a version.
        is_latest_version (bool): Is this the version that is used.
        created_at (datetime.datetime):
        created_by (str):
        updated_at (datetime.datetime):
        updated_by (str):
        content (str | Unset): Absent in lists.
        owner (str | Unset):
        maintainer (str | Unset):
        version_notes (str | Unset):
        change_summary (str | Unset):
        approved_by (str | Unset):
        approved_at (datetime.datetime | Unset):
        expected_success_rate (float | Unset):
        expected_duration_seconds (int | Unset):
        actual_success_rate (float | Unset): Absent before the first execution.
        disabled_at (datetime.datetime | Unset):
        disabled_by (str | Unset):
        disabled_reason (str | Unset):
        deprecation_notice (str | Unset):
        superseded_by (str | Unset):
        previous_version (str | Unset):
        warnings (list[str] | Unset): In the answer to a publish, what its publisher should look at.
    """

    workflow_id: str
    version: str
    schema_version: str
    name: str
    description: str
    content_type: ContentType
    content_hash: str
    labels: WorkflowLabels
    parameters: list[Parameter]
    total_executions: int
    successful_executions: int
    status: Status
    is_latest_version: bool
    created_at: datetime.datetime
    created_by: str
    updated_at: datetime.datetime
    updated_by: str
    content: str | Unset = UNSET
    owner: str | Unset = UNSET
    maintainer: str | Unset = UNSET
    version_notes: str | Unset = UNSET
    change_summary: str | Unset = UNSET
    approved_by: str | Unset = UNSET
    approved_at: datetime.datetime | Unset = UNSET
    expected_success_rate: float | Unset = UNSET
    expected_duration_seconds: int | Unset = UNSET
    actual_success_rate: float | Unset = UNSET
    disabled_at: datetime.datetime | Unset = UNSET
    disabled_by: str | Unset = UNSET
    disabled_reason: str | Unset = UNSET
    deprecation_notice: str | Unset = UNSET
    superseded_by: str | Unset = UNSET
    previous_version: str | Unset = UNSET
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        workflow_id = self.workflow_id

        version = self.version

        schema_version = self.schema_version

        name = self.name

        description = self.description

        content_type = self.content_type.value

        content_hash = self.content_hash

        labels = self.labels.to_dict()

        parameters = []
        for parameters_item_data in self.parameters:
            parameters_item = parameters_item_data.to_dict()
            parameters.append(parameters_item)

        total_executions = self.total_executions

        successful_executions = self.successful_executions

        status = self.status.value

        is_latest_version = self.is_latest_version

        created_at = self.created_at.isoformat()

        created_by = self.created_by

        updated_at = self.updated_at.isoformat()

        updated_by = self.updated_by

        content = self.content

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

        actual_success_rate = self.actual_success_rate

        disabled_at: str | Unset = UNSET
        if not isinstance(self.disabled_at, Unset):
            disabled_at = self.disabled_at.isoformat()

        disabled_by = self.disabled_by

        disabled_reason = self.disabled_reason

        deprecation_notice = self.deprecation_notice

        superseded_by = self.superseded_by

        previous_version = self.previous_version

        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "workflow_id": workflow_id,
                "version": version,
                "schema_version": schema_version,
                "name": name,
                "description": description,
                "content_type": content_type,
                "content_hash": content_hash,
                "labels": labels,
                "parameters": parameters,
                "total_executions": total_executions,
                "successful_executions": successful_executions,
                "status": status,
                "is_latest_version": is_latest_version,
                "created_at": created_at,
                "created_by": created_by,
                "updated_at": updated_at,
                "updated_by": updated_by,
            }
        )
        if content is not UNSET:
            field_dict["content"] = content
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
        if actual_success_rate is not UNSET:
            field_dict["actual_success_rate"] = actual_success_rate
        if disabled_at is not UNSET:
            field_dict["disabled_at"] = disabled_at
        if disabled_by is not UNSET:
            field_dict["disabled_by"] = disabled_by
        if disabled_reason is not UNSET:
            field_dict["disabled_reason"] = disabled_reason
        if deprecation_notice is not UNSET:
            field_dict["deprecation_notice"] = deprecation_notice
        if superseded_by is not UNSET:
            field_dict["superseded_by"] = superseded_by
        if previous_version is not UNSET:
            field_dict["previous_version"] = previous_version
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parameter import Parameter  # noqa: PLC0415
        from ..models.workflow_labels import WorkflowLabels  # noqa: PLC0415

        d = dict(src_dict)
        workflow_id = d.pop("workflow_id")

        version = d.pop("version")

        schema_version = d.pop("schema_version")

        name = d.pop("name")

        description = d.pop("description")

        content_type = ContentType(d.pop("content_type"))

        content_hash = d.pop("content_hash")

        labels = WorkflowLabels.from_dict(d.pop("labels"))

        parameters = []
        _parameters = d.pop("parameters")
        for parameters_item_data in _parameters:
            parameters_item = Parameter.from_dict(parameters_item_data)

            parameters.append(parameters_item)

        total_executions = d.pop("total_executions")

        successful_executions = d.pop("successful_executions")

        status = Status(d.pop("status"))

        is_latest_version = d.pop("is_latest_version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        created_by = d.pop("created_by")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        updated_by = d.pop("updated_by")

        content = d.pop("content", UNSET)

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

        actual_success_rate = d.pop("actual_success_rate", UNSET)

        _disabled_at = d.pop("disabled_at", UNSET)
        disabled_at: datetime.datetime | Unset
        if isinstance(_disabled_at, Unset):
            disabled_at = UNSET
        else:
            disabled_at = datetime.datetime.fromisoformat(_disabled_at)

        disabled_by = d.pop("disabled_by", UNSET)

        disabled_reason = d.pop("disabled_reason", UNSET)

        deprecation_notice = d.pop("deprecation_notice", UNSET)

        superseded_by = d.pop("superseded_by", UNSET)

        previous_version = d.pop("previous_version", UNSET)

        warnings = cast(list[str], d.pop("warnings", UNSET))

        workflow = cls(
            workflow_id=workflow_id,
            version=version,
            schema_version=schema_version,
            name=name,
            description=description,
            content_type=content_type,
            content_hash=content_hash,
            labels=labels,
            parameters=parameters,
            total_executions=total_executions,
            successful_executions=successful_executions,
            status=status,
            is_latest_version=is_latest_version,
            created_at=created_at,
            created_by=created_by,
            updated_at=updated_at,
            updated_by=updated_by,
            content=content,
            owner=owner,
            maintainer=maintainer,
            version_notes=version_notes,
            change_summary=change_summary,
            approved_by=approved_by,
            approved_at=approved_at,
            expected_success_rate=expected_success_rate,
            expected_duration_seconds=expected_duration_seconds,
            actual_success_rate=actual_success_rate,
            disabled_at=disabled_at,
            disabled_by=disabled_by,
            disabled_reason=disabled_reason,
            deprecation_notice=deprecation_notice,
            superseded_by=superseded_by,
            previous_version=previous_version,
            warnings=warnings,
        )

        workflow.additional_properties = d
        return workflow

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
