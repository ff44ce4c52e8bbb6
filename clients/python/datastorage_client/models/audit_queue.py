from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.parked_audit_group import ParkedAuditGroup


T = TypeVar("T", bound="AuditQueue")


@_attrs_define
class AuditQueue:
    """
    Attributes:
        configured (bool): Is there a queue at all; without one, what the database does not take is refused.
        durable (bool): Does the server of the queue confirm that what it holds survives a crash.
        depth (int): Groups that wait.
        oldest_age_seconds (float): Age of the group that waits longest, 0 when none does.
        parked_total (int): Groups set aside.
        parked (list[ParkedAuditGroup]):
    """

    configured: bool
    durable: bool
    depth: int
    oldest_age_seconds: float
    parked_total: int
    parked: list[ParkedAuditGroup]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        configured = self.configured

        durable = self.durable

        depth = self.depth

        oldest_age_seconds = self.oldest_age_seconds

        parked_total = self.parked_total

        parked = []
        for parked_item_data in self.parked:
            parked_item = parked_item_data.to_dict()
            parked.append(parked_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "configured": configured,
                "durable": durable,
                "depth": depth,
                "oldest_age_seconds": oldest_age_seconds,
                "parked_total": parked_total,
                "parked": parked,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parked_audit_group import ParkedAuditGroup  # noqa: PLC0415

        d = dict(src_dict)
        configured = d.pop("configured")

        durable = d.pop("durable")

        depth = d.pop("depth")

        oldest_age_seconds = d.pop("oldest_age_seconds")

        parked_total = d.pop("parked_total")

        parked = []
        _parked = d.pop("parked")
        for parked_item_data in _parked:
            parked_item = ParkedAuditGroup.from_dict(parked_item_data)

            parked.append(parked_item)

        audit_queue = cls(
            configured=configured,
            durable=durable,
            depth=depth,
            oldest_age_seconds=oldest_age_seconds,
            parked_total=parked_total,
            parked=parked,
        )

        audit_queue.additional_properties = d
        return audit_queue

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
