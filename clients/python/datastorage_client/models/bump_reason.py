from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bump import Bump

T = TypeVar("T", bound="BumpReason")


@_attrs_define
class BumpReason:
    """Why a bump is suggested.

    Attributes:
        bump (Bump): Part of a version that grows.
        rule (str): Name of the rule, stable.
        path (str):
        detail (str):
    """

    bump: Bump
    rule: str
    path: str
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        bump = self.bump.value

        rule = self.rule

        path = self.path

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "bump": bump,
                "rule": rule,
                "path": path,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        bump = Bump(d.pop("bump"))

        rule = d.pop("rule")

        path = d.pop("path")

        detail = d.pop("detail")

        bump_reason = cls(
            bump=bump,
            rule=rule,
            path=path,
            detail=detail,
        )

        bump_reason.additional_properties = d
        return bump_reason

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
