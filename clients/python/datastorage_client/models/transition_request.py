from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TransitionRequest")


@_attrs_define
class TransitionRequest:
    """Why a status is changed.

    Attributes:
        reason (str): Why, for those who read the history; not only white space. Example: restarts the wrong deployment.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    reason: str
    actor: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        actor = self.actor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        actor = d.pop("actor", UNSET)

        transition_request = cls(
            reason=reason,
            actor=actor,
        )

        return transition_request
