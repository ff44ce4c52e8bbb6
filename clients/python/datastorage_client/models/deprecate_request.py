from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeprecateRequest")


@_attrs_define
class DeprecateRequest:
    """Why a version is deprecated, and what to use instead.

    Attributes:
        reason (str): Why, for those who read the history; not only white space. Example: restarts the wrong deployment.
        deprecation_notice (str | Unset): What those who use the version should know.
        superseded_by (str | Unset): What replaces it, on one line; by convention the id of a playbook.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
    """

    reason: str
    deprecation_notice: str | Unset = UNSET
    superseded_by: str | Unset = UNSET
    actor: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        deprecation_notice = self.deprecation_notice

        superseded_by = self.superseded_by

        actor = self.actor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if deprecation_notice is not UNSET:
            field_dict["deprecation_notice"] = deprecation_notice
        if superseded_by is not UNSET:
            field_dict["superseded_by"] = superseded_by
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        deprecation_notice = d.pop("deprecation_notice", UNSET)

        superseded_by = d.pop("superseded_by", UNSET)

        actor = d.pop("actor", UNSET)

        deprecate_request = cls(
            reason=reason,
            deprecation_notice=deprecation_notice,
            superseded_by=superseded_by,
            actor=actor,
        )

        return deprecate_request
