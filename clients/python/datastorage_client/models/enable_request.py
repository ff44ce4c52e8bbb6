from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="EnableRequest")


@_attrs_define
class EnableRequest:
    """Why a version is enabled, if that needs to be said.

    Attributes:
        reason (str | Unset): Why, for those who read the history; not only white space. Example: restarts the wrong
            deployment.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    reason: str | Unset = UNSET
    actor: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        actor = self.actor

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reason is not UNSET:
            field_dict["reason"] = reason
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason", UNSET)

        actor = d.pop("actor", UNSET)

        enable_request = cls(
            reason=reason,
            actor=actor,
        )

        return enable_request
