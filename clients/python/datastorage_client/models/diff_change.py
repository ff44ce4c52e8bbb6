from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bump import Bump
from ..models.diff_change_class import DiffChangeClass
from ..models.diff_change_kind import DiffChangeKind
from ..types import UNSET, Unset

T = TypeVar("T", bound="DiffChange")


@_attrs_define
class DiffChange:
    """One change. A parameter is known by its name, not by its place.

    Attributes:
        path (str): JSON pointer into what the publisher wrote.
        kind (DiffChangeKind): What happened.
        class_ (DiffChangeClass): What it is about.
        bump (Bump | Unset): Part of a version that grows.
        old (Any | Unset): Any JSON value.
        new (Any | Unset): Any JSON value.
        text (str | Unset): Unified diff, for the content and for texts of several lines.
    """

    path: str
    kind: DiffChangeKind
    class_: DiffChangeClass
    bump: Bump | Unset = UNSET
    old: Any | Unset = UNSET
    new: Any | Unset = UNSET
    text: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        kind = self.kind.value

        class_ = self.class_.value

        bump: str | Unset = UNSET
        if not isinstance(self.bump, Unset):
            bump = self.bump.value

        old = self.old

        new = self.new

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "path": path,
                "kind": kind,
                "class": class_,
            }
        )
        if bump is not UNSET:
            field_dict["bump"] = bump
        if old is not UNSET:
            field_dict["old"] = old
        if new is not UNSET:
            field_dict["new"] = new
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        kind = DiffChangeKind(d.pop("kind"))

        class_ = DiffChangeClass(d.pop("class"))

        _bump = d.pop("bump", UNSET)
        bump: Bump | Unset
        if isinstance(_bump, Unset):
            bump = UNSET
        else:
            bump = Bump(_bump)

        old = d.pop("old", UNSET)

        new = d.pop("new", UNSET)

        text = d.pop("text", UNSET)

        diff_change = cls(
            path=path,
            kind=kind,
            class_=class_,
            bump=bump,
            old=old,
            new=new,
            text=text,
        )

        diff_change.additional_properties = d
        return diff_change

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
