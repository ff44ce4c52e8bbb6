from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.actor_source import ActorSource
from ..models.status import Status
from ..models.transition import Transition
from ..types import UNSET, Unset

T = TypeVar("T", bound="HistoryEntry")


@_attrs_define
class HistoryEntry:
    """One publish or transition of one version.

    Attributes:
        sequence (int): Numbers the entries of a playbook from 1, in the order in which they happened.
        version (str):
        transition (Transition): A step in the lifecycle of a version.
        to_status (Status): Lifecycle status of a version.
        whole_playbook (bool): Was it asked for the whole playbook.
        actor (str):
        actor_source (ActorSource): How the name in `created_by` is known: said by the caller, proven, or nobody gave
            one.
        at (datetime.datetime):
        from_status (Status | Unset): Lifecycle status of a version.
        reason (str | Unset):
        request_id (str | Unset): Request that caused it, when that is known.
    """

    sequence: int
    version: str
    transition: Transition
    to_status: Status
    whole_playbook: bool
    actor: str
    actor_source: ActorSource
    at: datetime.datetime
    from_status: Status | Unset = UNSET
    reason: str | Unset = UNSET
    request_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sequence = self.sequence

        version = self.version

        transition = self.transition.value

        to_status = self.to_status.value

        whole_playbook = self.whole_playbook

        actor = self.actor

        actor_source = self.actor_source.value

        at = self.at.isoformat()

        from_status: str | Unset = UNSET
        if not isinstance(self.from_status, Unset):
            from_status = self.from_status.value

        reason = self.reason

        request_id = self.request_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sequence": sequence,
                "version": version,
                "transition": transition,
                "to_status": to_status,
                "whole_playbook": whole_playbook,
                "actor": actor,
                "actor_source": actor_source,
                "at": at,
            }
        )
        if from_status is not UNSET:
            field_dict["from_status"] = from_status
        if reason is not UNSET:
            field_dict["reason"] = reason
        if request_id is not UNSET:
            field_dict["request_id"] = request_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sequence = d.pop("sequence")

        version = d.pop("version")

        transition = Transition(d.pop("transition"))

        to_status = Status(d.pop("to_status"))

        whole_playbook = d.pop("whole_playbook")

        actor = d.pop("actor")

        actor_source = ActorSource(d.pop("actor_source"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        _from_status = d.pop("from_status", UNSET)
        from_status: Status | Unset
        if isinstance(_from_status, Unset):
            from_status = UNSET
        else:
            from_status = Status(_from_status)

        reason = d.pop("reason", UNSET)

        request_id = d.pop("request_id", UNSET)

        history_entry = cls(
            sequence=sequence,
            version=version,
            transition=transition,
            to_status=to_status,
            whole_playbook=whole_playbook,
            actor=actor,
            actor_source=actor_source,
            at=at,
            from_status=from_status,
            reason=reason,
            request_id=request_id,
        )

        history_entry.additional_properties = d
        return history_entry

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
