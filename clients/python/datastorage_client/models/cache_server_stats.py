from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CacheServerStats")


@_attrs_define
class CacheServerStats:
    """What the server of the cache says of itself, all nodes of a cluster together.

    Attributes:
        maxmemory_policy (str):
        used_memory_bytes (int):
        max_memory_bytes (int): 0 for no bound.
        evicted_keys (int):
    """

    maxmemory_policy: str
    used_memory_bytes: int
    max_memory_bytes: int
    evicted_keys: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        maxmemory_policy = self.maxmemory_policy

        used_memory_bytes = self.used_memory_bytes

        max_memory_bytes = self.max_memory_bytes

        evicted_keys = self.evicted_keys

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "maxmemory_policy": maxmemory_policy,
                "used_memory_bytes": used_memory_bytes,
                "max_memory_bytes": max_memory_bytes,
                "evicted_keys": evicted_keys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        maxmemory_policy = d.pop("maxmemory_policy")

        used_memory_bytes = d.pop("used_memory_bytes")

        max_memory_bytes = d.pop("max_memory_bytes")

        evicted_keys = d.pop("evicted_keys")

        cache_server_stats = cls(
            maxmemory_policy=maxmemory_policy,
            used_memory_bytes=used_memory_bytes,
            max_memory_bytes=max_memory_bytes,
            evicted_keys=evicted_keys,
        )

        cache_server_stats.additional_properties = d
        return cache_server_stats

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
