from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CacheKindStats")


@_attrs_define
class CacheKindStats:
    """What was done for one kind of entry, since the start of the process.

    Attributes:
        kind (str): playbook: vectors of versions; query: vectors of texts that are searched for; result: answers to
            searches.
        hits (int):
        misses (int): Not there, those that were waited for while another one loaded them included.
        hit_rate (float): Share of hits since the start.
        recent_hit_rate (float): Share of hits in the last ten minutes.
        loads (int): Calls of what the cache stands before.
        load_errors (int):
        load_ms (float): Milliseconds of all loads.
        lock_waits (int): Waits for what another process was loading.
        errors (int): Requests that the server of the cache did not answer, and that were loaded instead.
        keys (int): Entries.
        bytes_ (int): What they take, estimated.
    """

    kind: str
    hits: int
    misses: int
    hit_rate: float
    recent_hit_rate: float
    loads: int
    load_errors: int
    load_ms: float
    lock_waits: int
    errors: int
    keys: int
    bytes_: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        hits = self.hits

        misses = self.misses

        hit_rate = self.hit_rate

        recent_hit_rate = self.recent_hit_rate

        loads = self.loads

        load_errors = self.load_errors

        load_ms = self.load_ms

        lock_waits = self.lock_waits

        errors = self.errors

        keys = self.keys

        bytes_ = self.bytes_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "hits": hits,
                "misses": misses,
                "hit_rate": hit_rate,
                "recent_hit_rate": recent_hit_rate,
                "loads": loads,
                "load_errors": load_errors,
                "load_ms": load_ms,
                "lock_waits": lock_waits,
                "errors": errors,
                "keys": keys,
                "bytes": bytes_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        hits = d.pop("hits")

        misses = d.pop("misses")

        hit_rate = d.pop("hit_rate")

        recent_hit_rate = d.pop("recent_hit_rate")

        loads = d.pop("loads")

        load_errors = d.pop("load_errors")

        load_ms = d.pop("load_ms")

        lock_waits = d.pop("lock_waits")

        errors = d.pop("errors")

        keys = d.pop("keys")

        bytes_ = d.pop("bytes")

        cache_kind_stats = cls(
            kind=kind,
            hits=hits,
            misses=misses,
            hit_rate=hit_rate,
            recent_hit_rate=recent_hit_rate,
            loads=loads,
            load_errors=load_errors,
            load_ms=load_ms,
            lock_waits=lock_waits,
            errors=errors,
            keys=keys,
            bytes_=bytes_,
        )

        cache_kind_stats.additional_properties = d
        return cache_kind_stats

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
