from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.parked_audit_event import ParkedAuditEvent


T = TypeVar("T", bound="ParkedAuditGroup")


@_attrs_define
class ParkedAuditGroup:
    """
    Attributes:
        id (str):
        reason (str): Why the database refuses it.
        parked_at (datetime.datetime):
        attempts (int): Tries before it was set aside.
        events (list[ParkedAuditEvent]): What the group holds, without data; empty when it cannot be read.
    """

    id: str
    reason: str
    parked_at: datetime.datetime
    attempts: int
    events: list[ParkedAuditEvent]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        reason = self.reason

        parked_at = self.parked_at.isoformat()

        attempts = self.attempts

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "reason": reason,
                "parked_at": parked_at,
                "attempts": attempts,
                "events": events,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parked_audit_event import ParkedAuditEvent  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        reason = d.pop("reason")

        parked_at = datetime.datetime.fromisoformat(d.pop("parked_at"))

        attempts = d.pop("attempts")

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = ParkedAuditEvent.from_dict(events_item_data)

            events.append(events_item)

        parked_audit_group = cls(
            id=id,
            reason=reason,
            parked_at=parked_at,
            attempts=attempts,
            events=events,
        )

        parked_audit_group.additional_properties = d
        return parked_audit_group

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
