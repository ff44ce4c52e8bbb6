from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cache_warm_up_state import CacheWarmUpState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cache_warm_count import CacheWarmCount


T = TypeVar("T", bound="CacheWarmUp")


@_attrs_define
class CacheWarmUp:
    """Progress of a warm-up.

    Attributes:
        state (CacheWarmUpState):
        playbooks (CacheWarmCount):
        queries (CacheWarmCount):
        model (str | Unset): Model whose vectors are loaded.
        error (str | Unset): Why it failed.
        asked_at (datetime.datetime | Unset):
        finished_at (datetime.datetime | Unset):
    """

    state: CacheWarmUpState
    playbooks: CacheWarmCount
    queries: CacheWarmCount
    model: str | Unset = UNSET
    error: str | Unset = UNSET
    asked_at: datetime.datetime | Unset = UNSET
    finished_at: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        playbooks = self.playbooks.to_dict()

        queries = self.queries.to_dict()

        model = self.model

        error = self.error

        asked_at: str | Unset = UNSET
        if not isinstance(self.asked_at, Unset):
            asked_at = self.asked_at.isoformat()

        finished_at: str | Unset = UNSET
        if not isinstance(self.finished_at, Unset):
            finished_at = self.finished_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "playbooks": playbooks,
                "queries": queries,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if error is not UNSET:
            field_dict["error"] = error
        if asked_at is not UNSET:
            field_dict["asked_at"] = asked_at
        if finished_at is not UNSET:
            field_dict["finished_at"] = finished_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cache_warm_count import CacheWarmCount  # noqa: PLC0415

        d = dict(src_dict)
        state = CacheWarmUpState(d.pop("state"))

        playbooks = CacheWarmCount.from_dict(d.pop("playbooks"))

        queries = CacheWarmCount.from_dict(d.pop("queries"))

        model = d.pop("model", UNSET)

        error = d.pop("error", UNSET)

        _asked_at = d.pop("asked_at", UNSET)
        asked_at: datetime.datetime | Unset
        if isinstance(_asked_at, Unset):
            asked_at = UNSET
        else:
            asked_at = datetime.datetime.fromisoformat(_asked_at)

        _finished_at = d.pop("finished_at", UNSET)
        finished_at: datetime.datetime | Unset
        if isinstance(_finished_at, Unset):
            finished_at = UNSET
        else:
            finished_at = datetime.datetime.fromisoformat(_finished_at)

        cache_warm_up = cls(
            state=state,
            playbooks=playbooks,
            queries=queries,
            model=model,
            error=error,
            asked_at=asked_at,
            finished_at=finished_at,
        )

        cache_warm_up.additional_properties = d
        return cache_warm_up

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
