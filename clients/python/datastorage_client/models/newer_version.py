from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.status import Status
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewerVersion")


@_attrs_define
class NewerVersion:
    """A greater version that is not the latest, and why.

    Attributes:
        version (str):
        status (Status): Lifecycle status of a version.
        reason (str): Why it is not used.
        disabled_at (datetime.datetime | Unset):
        disabled_by (str | Unset):
        disabled_reason (str | Unset):
    """

    version: str
    status: Status
    reason: str
    disabled_at: datetime.datetime | Unset = UNSET
    disabled_by: str | Unset = UNSET
    disabled_reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        status = self.status.value

        reason = self.reason

        disabled_at: str | Unset = UNSET
        if not isinstance(self.disabled_at, Unset):
            disabled_at = self.disabled_at.isoformat()

        disabled_by = self.disabled_by

        disabled_reason = self.disabled_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "status": status,
                "reason": reason,
            }
        )
        if disabled_at is not UNSET:
            field_dict["disabled_at"] = disabled_at
        if disabled_by is not UNSET:
            field_dict["disabled_by"] = disabled_by
        if disabled_reason is not UNSET:
            field_dict["disabled_reason"] = disabled_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        status = Status(d.pop("status"))

        reason = d.pop("reason")

        _disabled_at = d.pop("disabled_at", UNSET)
        disabled_at: datetime.datetime | Unset
        if isinstance(_disabled_at, Unset):
            disabled_at = UNSET
        else:
            disabled_at = datetime.datetime.fromisoformat(_disabled_at)

        disabled_by = d.pop("disabled_by", UNSET)

        disabled_reason = d.pop("disabled_reason", UNSET)

        newer_version = cls(
            version=version,
            status=status,
            reason=reason,
            disabled_at=disabled_at,
            disabled_by=disabled_by,
            disabled_reason=disabled_reason,
        )

        newer_version.additional_properties = d
        return newer_version

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
