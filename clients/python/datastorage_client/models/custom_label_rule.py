from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CustomLabelRule")


@_attrs_define
class CustomLabelRule:
    """Bounds and weight of custom labels, the same in every schema.

    Attributes:
        max_keys (int):
        max_key_length (int): In characters.
        max_values (int): Per key.
        max_value_length (int): In characters.
        weight (float): What each value in common adds to a score.
        max_weight (float): The most that all of them add together.
    """

    max_keys: int
    max_key_length: int
    max_values: int
    max_value_length: int
    weight: float
    max_weight: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_keys = self.max_keys

        max_key_length = self.max_key_length

        max_values = self.max_values

        max_value_length = self.max_value_length

        weight = self.weight

        max_weight = self.max_weight

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "max_keys": max_keys,
                "max_key_length": max_key_length,
                "max_values": max_values,
                "max_value_length": max_value_length,
                "weight": weight,
                "max_weight": max_weight,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_keys = d.pop("max_keys")

        max_key_length = d.pop("max_key_length")

        max_values = d.pop("max_values")

        max_value_length = d.pop("max_value_length")

        weight = d.pop("weight")

        max_weight = d.pop("max_weight")

        custom_label_rule = cls(
            max_keys=max_keys,
            max_key_length=max_key_length,
            max_values=max_values,
            max_value_length=max_value_length,
            weight=weight,
            max_weight=max_weight,
        )

        custom_label_rule.additional_properties = d
        return custom_label_rule

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
