from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_break import AuditBreak


T = TypeVar("T", bound="AuditVerification")


@_attrs_define
class AuditVerification:
    """
    Attributes:
        valid (bool): Everything that was asked for was read and nothing is wrong with it.
        complete (bool): Everything that was asked for was read.
        chains (int): Chains that were read to their end.
        events (int): Events whose hashes were computed.
        removed (int): Events that retention has removed, as gap records say.
        unchained (int): Events that are older than the chains, of which only the number is known; counted when all is
            verified.
        unkeyed (int): Chains that were made without a key although the service has one.
        first_break (AuditBreak | Unset): The first thing that is wrong; nothing behind it was read.
        resume (str | Unset): Goes on from here; present while something is left to be read and nothing is wrong so far.
    """

    valid: bool
    complete: bool
    chains: int
    events: int
    removed: int
    unchained: int
    unkeyed: int
    first_break: AuditBreak | Unset = UNSET
    resume: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        valid = self.valid

        complete = self.complete

        chains = self.chains

        events = self.events

        removed = self.removed

        unchained = self.unchained

        unkeyed = self.unkeyed

        first_break: dict[str, Any] | Unset = UNSET
        if not isinstance(self.first_break, Unset):
            first_break = self.first_break.to_dict()

        resume = self.resume

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "valid": valid,
                "complete": complete,
                "chains": chains,
                "events": events,
                "removed": removed,
                "unchained": unchained,
                "unkeyed": unkeyed,
            }
        )
        if first_break is not UNSET:
            field_dict["first_break"] = first_break
        if resume is not UNSET:
            field_dict["resume"] = resume

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_break import AuditBreak  # noqa: PLC0415

        d = dict(src_dict)
        valid = d.pop("valid")

        complete = d.pop("complete")

        chains = d.pop("chains")

        events = d.pop("events")

        removed = d.pop("removed")

        unchained = d.pop("unchained")

        unkeyed = d.pop("unkeyed")

        _first_break = d.pop("first_break", UNSET)
        first_break: AuditBreak | Unset
        if isinstance(_first_break, Unset):
            first_break = UNSET
        else:
            first_break = AuditBreak.from_dict(_first_break)

        resume = d.pop("resume", UNSET)

        audit_verification = cls(
            valid=valid,
            complete=complete,
            chains=chains,
            events=events,
            removed=removed,
            unchained=unchained,
            unkeyed=unkeyed,
            first_break=first_break,
            resume=resume,
        )

        audit_verification.additional_properties = d
        return audit_verification

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
