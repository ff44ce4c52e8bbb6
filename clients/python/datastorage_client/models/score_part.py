from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.label_outcome import LabelOutcome
from ..types import UNSET, Unset

T = TypeVar("T", bound="ScorePart")


@_attrs_define
class ScorePart:
    """What one label did to the score.

    Attributes:
        label (str): Name of the label; `custom_labels:` and its key for a custom one. Example: environment.
        asked (str): Value in the question.
        weight (float): The most that this label can give.
        points (float): What it gave; less than 0 for a penalty.
        outcome (LabelOutcome): `match` adds the weight, `half` (a wildcard on either side) half of it, `mismatch` takes
            it away (0 for a custom label), `absent` (the playbook has no such label) does nothing.
        found (str | Unset): Value of the playbook, absent when it has none; the values of a custom label with commas
            between them, or the one that matches.
        capped (bool | Unset): The label matches, but gave less than its weight, because custom labels together had
            given the most that they can.
    """

    label: str
    asked: str
    weight: float
    points: float
    outcome: LabelOutcome
    found: str | Unset = UNSET
    capped: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        label = self.label

        asked = self.asked

        weight = self.weight

        points = self.points

        outcome = self.outcome.value

        found = self.found

        capped = self.capped

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "label": label,
                "asked": asked,
                "weight": weight,
                "points": points,
                "outcome": outcome,
            }
        )
        if found is not UNSET:
            field_dict["found"] = found
        if capped is not UNSET:
            field_dict["capped"] = capped

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        label = d.pop("label")

        asked = d.pop("asked")

        weight = d.pop("weight")

        points = d.pop("points")

        outcome = LabelOutcome(d.pop("outcome"))

        found = d.pop("found", UNSET)

        capped = d.pop("capped", UNSET)

        score_part = cls(
            label=label,
            asked=asked,
            weight=weight,
            points=points,
            outcome=outcome,
            found=found,
            capped=capped,
        )

        score_part.additional_properties = d
        return score_part

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
