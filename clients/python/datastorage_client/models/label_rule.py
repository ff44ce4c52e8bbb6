from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.label_role import LabelRole
from ..types import UNSET, Unset

T = TypeVar("T", bound="LabelRule")


@_attrs_define
class LabelRule:
    """What one label may hold, and what it does in a search.

    Attributes:
        name (str):  Example: environment.
        role (LabelRole): `filter` leaves playbooks with another value out of a search, `preference` moves them.
        required (bool): Must every version have it.
        wildcard (bool): May it be `*`, which stands for any value.
        description (str):
        values (list[str] | Unset): The closed set, in the spelling in which it is stored; absent for free text.
        weight (float | Unset): Of a preference: what the same value adds to a score and another one takes away. It
            comes with the service, not with
            the schema; 0 is a label that moves nothing yet.
    """

    name: str
    role: LabelRole
    required: bool
    wildcard: bool
    description: str
    values: list[str] | Unset = UNSET
    weight: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        role = self.role.value

        required = self.required

        wildcard = self.wildcard

        description = self.description

        values: list[str] | Unset = UNSET
        if not isinstance(self.values, Unset):
            values = self.values

        weight = self.weight

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "role": role,
                "required": required,
                "wildcard": wildcard,
                "description": description,
            }
        )
        if values is not UNSET:
            field_dict["values"] = values
        if weight is not UNSET:
            field_dict["weight"] = weight

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        role = LabelRole(d.pop("role"))

        required = d.pop("required")

        wildcard = d.pop("wildcard")

        description = d.pop("description")

        values = cast(list[str], d.pop("values", UNSET))

        weight = d.pop("weight", UNSET)

        label_rule = cls(
            name=name,
            role=role,
            required=required,
            wildcard=wildcard,
            description=description,
            values=values,
            weight=weight,
        )

        label_rule.additional_properties = d
        return label_rule

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
