from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.custom_label_rule import CustomLabelRule
    from ..models.label_rule import LabelRule


T = TypeVar("T", bound="LabelSchema")


@_attrs_define
class LabelSchema:
    """Which labels a version may have that names this schema. A schema never changes once it is there.

    Attributes:
        version (str): Version of a label schema. Example: 1.0.
        description (str):
        labels (list[LabelRule]):
        custom_labels (CustomLabelRule): Bounds and weight of custom labels, the same in every schema.
    """

    version: str
    description: str
    labels: list[LabelRule]
    custom_labels: CustomLabelRule
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        description = self.description

        labels = []
        for labels_item_data in self.labels:
            labels_item = labels_item_data.to_dict()
            labels.append(labels_item)

        custom_labels = self.custom_labels.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "description": description,
                "labels": labels,
                "custom_labels": custom_labels,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.custom_label_rule import CustomLabelRule  # noqa: PLC0415
        from ..models.label_rule import LabelRule  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        description = d.pop("description")

        labels = []
        _labels = d.pop("labels")
        for labels_item_data in _labels:
            labels_item = LabelRule.from_dict(labels_item_data)

            labels.append(labels_item)

        custom_labels = CustomLabelRule.from_dict(d.pop("custom_labels"))

        label_schema = cls(
            version=version,
            description=description,
            labels=labels,
            custom_labels=custom_labels,
        )

        label_schema.additional_properties = d
        return label_schema

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
