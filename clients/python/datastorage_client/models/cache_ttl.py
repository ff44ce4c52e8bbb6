from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CacheTTL")


@_attrs_define
class CacheTTL:
    """For how long the vectors of a playbook are cached.

    Attributes:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        ttl_seconds (int | None): null for as long as those of other playbooks.
        warnings (list[str]):
    """

    playbook_id: str
    ttl_seconds: int | None
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        playbook_id = self.playbook_id

        ttl_seconds: int | None
        ttl_seconds = self.ttl_seconds

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "playbook_id": playbook_id,
                "ttl_seconds": ttl_seconds,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        playbook_id = d.pop("playbook_id")

        def _parse_ttl_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        ttl_seconds = _parse_ttl_seconds(d.pop("ttl_seconds"))

        warnings = cast(list[str], d.pop("warnings"))

        cache_ttl = cls(
            playbook_id=playbook_id,
            ttl_seconds=ttl_seconds,
            warnings=warnings,
        )

        cache_ttl.additional_properties = d
        return cache_ttl

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
