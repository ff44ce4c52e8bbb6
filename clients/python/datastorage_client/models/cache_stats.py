from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cache_kind_stats import CacheKindStats
    from ..models.cache_server_stats import CacheServerStats


T = TypeVar("T", bound="CacheStats")


@_attrs_define
class CacheStats:
    """What the cache does.

    Attributes:
        configured (bool): Is there a server for the cache.
        answering (bool): Is the server asked at present; while it does not answer in time, it is left alone.
        client_caching (bool): Are entries kept in the process too.
        pending_invalidations (int): Playbooks with entries that are still to be removed.
        kinds (list[CacheKindStats]):
        server (CacheServerStats | Unset): What the server of the cache says of itself, all nodes of a cluster together.
    """

    configured: bool
    answering: bool
    client_caching: bool
    pending_invalidations: int
    kinds: list[CacheKindStats]
    server: CacheServerStats | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        configured = self.configured

        answering = self.answering

        client_caching = self.client_caching

        pending_invalidations = self.pending_invalidations

        kinds = []
        for kinds_item_data in self.kinds:
            kinds_item = kinds_item_data.to_dict()
            kinds.append(kinds_item)

        server: dict[str, Any] | Unset = UNSET
        if not isinstance(self.server, Unset):
            server = self.server.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "configured": configured,
                "answering": answering,
                "client_caching": client_caching,
                "pending_invalidations": pending_invalidations,
                "kinds": kinds,
            }
        )
        if server is not UNSET:
            field_dict["server"] = server

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cache_kind_stats import CacheKindStats  # noqa: PLC0415
        from ..models.cache_server_stats import CacheServerStats  # noqa: PLC0415

        d = dict(src_dict)
        configured = d.pop("configured")

        answering = d.pop("answering")

        client_caching = d.pop("client_caching")

        pending_invalidations = d.pop("pending_invalidations")

        kinds = []
        _kinds = d.pop("kinds")
        for kinds_item_data in _kinds:
            kinds_item = CacheKindStats.from_dict(kinds_item_data)

            kinds.append(kinds_item)

        _server = d.pop("server", UNSET)
        server: CacheServerStats | Unset
        if isinstance(_server, Unset):
            server = UNSET
        else:
            server = CacheServerStats.from_dict(_server)

        cache_stats = cls(
            configured=configured,
            answering=answering,
            client_caching=client_caching,
            pending_invalidations=pending_invalidations,
            kinds=kinds,
            server=server,
        )

        cache_stats.additional_properties = d
        return cache_stats

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
