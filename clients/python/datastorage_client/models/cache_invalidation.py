from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CacheInvalidation")


@_attrs_define
class CacheInvalidation:
    """What was removed from the cache.

    Attributes:
        invalidated (int): Entries: vectors on the server of the cache, and answers in the memory of the process.
        warnings (list[str]):
    """

    invalidated: int
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        invalidated = self.invalidated

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "invalidated": invalidated,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        invalidated = d.pop("invalidated")

        warnings = cast(list[str], d.pop("warnings"))

        cache_invalidation = cls(
            invalidated=invalidated,
            warnings=warnings,
        )

        cache_invalidation.additional_properties = d
        return cache_invalidation

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
