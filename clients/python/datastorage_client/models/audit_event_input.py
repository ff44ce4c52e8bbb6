from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.audit_outcome import AuditOutcome
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_data import AuditData


T = TypeVar("T", bound="AuditEventInput")


@_attrs_define
class AuditEventInput:
    """One event, as a caller reports it.

    Attributes:
        event_timestamp (datetime.datetime): When it happened; kept in microseconds.
        event_type (str): Form service.domain.action.
        event_category (str):
        event_action (str):
        event_outcome (AuditOutcome): How the event ended.
        actor_type (str):
        actor_id (str):
        resource_type (str):
        resource_id (str):
        correlation_id (str): What binds the events of one remediation together.
        event_data (AuditData): A JSON object of at most 256 KiB and 10 levels, without NUL characters. It is kept in
            canonical form (RFC 8785).
        event_id (UUID | Unset): UUID of an event; a UUIDv7 when the service makes it. Example:
            0193a1b2-7c3d-7000-8000-0000000000e1.
        event_version (str | Unset): Version of the format of the event; required, under this name or as `version`.
        version (str | Unset): Older name of event_version.
        actor_ip (str | Unset): IPv4 or IPv6 address.
        resource_name (str | Unset):
        parent_event_id (UUID | Unset): UUID of an event; a UUIDv7 when the service makes it. Example:
            0193a1b2-7c3d-7000-8000-0000000000e1.
        parent_event_date (datetime.date | Unset): UTC day of the parent; looked up when absent.
        trace_id (str | Unset):
        span_id (str | Unset):
        namespace (str | Unset):
        cluster_id (str | Unset):
        event_metadata (AuditData | Unset): A JSON object of at most 256 KiB and 10 levels, without NUL characters. It
            is kept in canonical form (RFC 8785).
        severity (str | Unset):
        duration_ms (int | Unset):
        error_code (str | Unset):
        error_message (str | Unset):
        retention_days (int | Unset):  Default: 2555.
        is_sensitive (bool | Unset):  Default: False.
    """

    event_timestamp: datetime.datetime
    event_type: str
    event_category: str
    event_action: str
    event_outcome: AuditOutcome
    actor_type: str
    actor_id: str
    resource_type: str
    resource_id: str
    correlation_id: str
    event_data: AuditData
    event_id: UUID | Unset = UNSET
    event_version: str | Unset = UNSET
    version: str | Unset = UNSET
    actor_ip: str | Unset = UNSET
    resource_name: str | Unset = UNSET
    parent_event_id: UUID | Unset = UNSET
    parent_event_date: datetime.date | Unset = UNSET
    trace_id: str | Unset = UNSET
    span_id: str | Unset = UNSET
    namespace: str | Unset = UNSET
    cluster_id: str | Unset = UNSET
    event_metadata: AuditData | Unset = UNSET
    severity: str | Unset = UNSET
    duration_ms: int | Unset = UNSET
    error_code: str | Unset = UNSET
    error_message: str | Unset = UNSET
    retention_days: int | Unset = 2555
    is_sensitive: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        event_timestamp = self.event_timestamp.isoformat()

        event_type = self.event_type

        event_category = self.event_category

        event_action = self.event_action

        event_outcome = self.event_outcome.value

        actor_type = self.actor_type

        actor_id = self.actor_id

        resource_type = self.resource_type

        resource_id = self.resource_id

        correlation_id = self.correlation_id

        event_data = self.event_data.to_dict()

        event_id: str | Unset = UNSET
        if not isinstance(self.event_id, Unset):
            event_id = str(self.event_id)

        event_version = self.event_version

        version = self.version

        actor_ip = self.actor_ip

        resource_name = self.resource_name

        parent_event_id: str | Unset = UNSET
        if not isinstance(self.parent_event_id, Unset):
            parent_event_id = str(self.parent_event_id)

        parent_event_date: str | Unset = UNSET
        if not isinstance(self.parent_event_date, Unset):
            parent_event_date = self.parent_event_date.isoformat()

        trace_id = self.trace_id

        span_id = self.span_id

        namespace = self.namespace

        cluster_id = self.cluster_id

        event_metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.event_metadata, Unset):
            event_metadata = self.event_metadata.to_dict()

        severity = self.severity

        duration_ms = self.duration_ms

        error_code = self.error_code

        error_message = self.error_message

        retention_days = self.retention_days

        is_sensitive = self.is_sensitive

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event_timestamp": event_timestamp,
                "event_type": event_type,
                "event_category": event_category,
                "event_action": event_action,
                "event_outcome": event_outcome,
                "actor_type": actor_type,
                "actor_id": actor_id,
                "resource_type": resource_type,
                "resource_id": resource_id,
                "correlation_id": correlation_id,
                "event_data": event_data,
            }
        )
        if event_id is not UNSET:
            field_dict["event_id"] = event_id
        if event_version is not UNSET:
            field_dict["event_version"] = event_version
        if version is not UNSET:
            field_dict["version"] = version
        if actor_ip is not UNSET:
            field_dict["actor_ip"] = actor_ip
        if resource_name is not UNSET:
            field_dict["resource_name"] = resource_name
        if parent_event_id is not UNSET:
            field_dict["parent_event_id"] = parent_event_id
        if parent_event_date is not UNSET:
            field_dict["parent_event_date"] = parent_event_date
        if trace_id is not UNSET:
            field_dict["trace_id"] = trace_id
        if span_id is not UNSET:
            field_dict["span_id"] = span_id
        if namespace is not UNSET:
            field_dict["namespace"] = namespace
        if cluster_id is not UNSET:
            field_dict["cluster_id"] = cluster_id
        if event_metadata is not UNSET:
            field_dict["event_metadata"] = event_metadata
        if severity is not UNSET:
            field_dict["severity"] = severity
        if duration_ms is not UNSET:
            field_dict["duration_ms"] = duration_ms
        if error_code is not UNSET:
            field_dict["error_code"] = error_code
        if error_message is not UNSET:
            field_dict["error_message"] = error_message
        if retention_days is not UNSET:
            field_dict["retention_days"] = retention_days
        if is_sensitive is not UNSET:
            field_dict["is_sensitive"] = is_sensitive

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_data import AuditData  # noqa: PLC0415

        d = dict(src_dict)
        event_timestamp = datetime.datetime.fromisoformat(d.pop("event_timestamp"))

        event_type = d.pop("event_type")

        event_category = d.pop("event_category")

        event_action = d.pop("event_action")

        event_outcome = AuditOutcome(d.pop("event_outcome"))

        actor_type = d.pop("actor_type")

        actor_id = d.pop("actor_id")

        resource_type = d.pop("resource_type")

        resource_id = d.pop("resource_id")

        correlation_id = d.pop("correlation_id")

        event_data = AuditData.from_dict(d.pop("event_data"))

        _event_id = d.pop("event_id", UNSET)
        event_id: UUID | Unset
        if isinstance(_event_id, Unset):
            event_id = UNSET
        else:
            event_id = UUID(_event_id)

        event_version = d.pop("event_version", UNSET)

        version = d.pop("version", UNSET)

        actor_ip = d.pop("actor_ip", UNSET)

        resource_name = d.pop("resource_name", UNSET)

        _parent_event_id = d.pop("parent_event_id", UNSET)
        parent_event_id: UUID | Unset
        if isinstance(_parent_event_id, Unset):
            parent_event_id = UNSET
        else:
            parent_event_id = UUID(_parent_event_id)

        _parent_event_date = d.pop("parent_event_date", UNSET)
        parent_event_date: datetime.date | Unset
        if isinstance(_parent_event_date, Unset):
            parent_event_date = UNSET
        else:
            parent_event_date = datetime.date.fromisoformat(_parent_event_date)

        trace_id = d.pop("trace_id", UNSET)

        span_id = d.pop("span_id", UNSET)

        namespace = d.pop("namespace", UNSET)

        cluster_id = d.pop("cluster_id", UNSET)

        _event_metadata = d.pop("event_metadata", UNSET)
        event_metadata: AuditData | Unset
        if isinstance(_event_metadata, Unset):
            event_metadata = UNSET
        else:
            event_metadata = AuditData.from_dict(_event_metadata)

        severity = d.pop("severity", UNSET)

        duration_ms = d.pop("duration_ms", UNSET)

        error_code = d.pop("error_code", UNSET)

        error_message = d.pop("error_message", UNSET)

        retention_days = d.pop("retention_days", UNSET)

        is_sensitive = d.pop("is_sensitive", UNSET)

        audit_event_input = cls(
            event_timestamp=event_timestamp,
            event_type=event_type,
            event_category=event_category,
            event_action=event_action,
            event_outcome=event_outcome,
            actor_type=actor_type,
            actor_id=actor_id,
            resource_type=resource_type,
            resource_id=resource_id,
            correlation_id=correlation_id,
            event_data=event_data,
            event_id=event_id,
            event_version=event_version,
            version=version,
            actor_ip=actor_ip,
            resource_name=resource_name,
            parent_event_id=parent_event_id,
            parent_event_date=parent_event_date,
            trace_id=trace_id,
            span_id=span_id,
            namespace=namespace,
            cluster_id=cluster_id,
            event_metadata=event_metadata,
            severity=severity,
            duration_ms=duration_ms,
            error_code=error_code,
            error_message=error_message,
            retention_days=retention_days,
            is_sensitive=is_sensitive,
        )

        return audit_event_input
