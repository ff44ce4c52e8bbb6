from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.playbook_status import PlaybookStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="PlaybookStatusRequest")


@_attrs_define
class PlaybookStatusRequest:
    """Which status the whole playbook should have, and why.

    Attributes:
        status (PlaybookStatus): `disabled` disables all active versions, `active` brings those back.
        reason (str | Unset): Why, for those who read the history; not only white space. Example: restarts the wrong
            deployment.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    status: PlaybookStatus
    reason: str | Unset = UNSET
    actor: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        reason = self.reason

        actor = self.actor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = PlaybookStatus(d.pop("status"))

        reason = d.pop("reason", UNSET)

        actor = d.pop("actor", UNSET)

        playbook_status_request = cls(
            status=status,
            reason=reason,
            actor=actor,
        )

        return playbook_status_request
