from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audit_break_kind import AuditBreakKind
from ..types import UNSET, Unset

T = TypeVar("T", bound="AuditBreak")


@_attrs_define
class AuditBreak:
    """The first thing that is wrong; nothing behind it was read.

    Attributes:
        kind (AuditBreakKind): `altered`: an event, a head, a registration or a record of a gap is not what was
            recorded. `missing`: events within
            a chain are gone. `inserted`: an event that no writer recorded. `reordered`: events have changed places.
            `tail_cut`:
            the last events of a chain are gone. `chain_dropped`: a whole chain or its registration is gone. `key_mismatch`:
            no
            chain fits the key of the service; it is another one, or all chains were replaced.
        detail (str): What is wrong.
        chain_id (UUID | Unset): UUID of a hash chain. Example: 0193a1b2-7c3d-7000-8000-0000000000c1.
        chain_seq (int | Unset): Number in the chain that it is about.
        event_id (UUID | Unset): UUID of an event; a UUIDv7 when the service makes it. Example:
            0193a1b2-7c3d-7000-8000-0000000000e1.
    """

    kind: AuditBreakKind
    detail: str
    chain_id: UUID | Unset = UNSET
    chain_seq: int | Unset = UNSET
    event_id: UUID | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        detail = self.detail

        chain_id: str | Unset = UNSET
        if not isinstance(self.chain_id, Unset):
            chain_id = str(self.chain_id)

        chain_seq = self.chain_seq

        event_id: str | Unset = UNSET
        if not isinstance(self.event_id, Unset):
            event_id = str(self.event_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "detail": detail,
            }
        )
        if chain_id is not UNSET:
            field_dict["chain_id"] = chain_id
        if chain_seq is not UNSET:
            field_dict["chain_seq"] = chain_seq
        if event_id is not UNSET:
            field_dict["event_id"] = event_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = AuditBreakKind(d.pop("kind"))

        detail = d.pop("detail")

        _chain_id = d.pop("chain_id", UNSET)
        chain_id: UUID | Unset
        if isinstance(_chain_id, Unset):
            chain_id = UNSET
        else:
            chain_id = UUID(_chain_id)

        chain_seq = d.pop("chain_seq", UNSET)

        _event_id = d.pop("event_id", UNSET)
        event_id: UUID | Unset
        if isinstance(_event_id, Unset):
            event_id = UNSET
        else:
            event_id = UUID(_event_id)

        audit_break = cls(
            kind=kind,
            detail=detail,
            chain_id=chain_id,
            chain_seq=chain_seq,
            event_id=event_id,
        )

        audit_break.additional_properties = d
        return audit_break

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
