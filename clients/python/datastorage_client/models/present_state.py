from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.status import Status
from ..models.transition import Transition
from ..types import UNSET, Unset

T = TypeVar("T", bound="PresentState")


@_attrs_define
class PresentState:
    """The status of a version and how it came to be: with the problem `transition-not-allowed`, and with the reason
    `no_active_version` of `why_not`.

        Attributes:
            status (Status): Lifecycle status of a version.
            transition (Transition): A step in the lifecycle of a version.
            by (str):
            at (datetime.datetime):
            reason (str | Unset):
    """

    status: Status
    transition: Transition
    by: str
    at: datetime.datetime
    reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        transition = self.transition.value

        by = self.by

        at = self.at.isoformat()

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "transition": transition,
                "by": by,
                "at": at,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = Status(d.pop("status"))

        transition = Transition(d.pop("transition"))

        by = d.pop("by")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        reason = d.pop("reason", UNSET)

        present_state = cls(
            status=status,
            transition=transition,
            by=by,
            at=at,
            reason=reason,
        )

        present_state.additional_properties = d
        return present_state

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
