from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.score_explanation_base_of import ScoreExplanationBaseOf
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.score_part import ScorePart


T = TypeVar("T", bound="ScoreExplanation")


@_attrs_define
class ScoreExplanation:
    """With `explain` or `why_not`: how the score came about. `base` and the `points` of all parts give `sum`, which is
    kept within 0 to 1.

        Attributes:
            base (float): What labels add to and take from: the similarity, with `rank=fusion` the relevance, or 0.5 where
                labels alone decide.
            base_of (ScoreExplanationBaseOf): What the base is.
            parts (list[ScorePart]): One for each preferred label of the question, and for each value of a custom label.
            sum_ (float): The score before it was kept within 0 to 1.
            clamped (bool): Did the sum lie outside of 0 to 1.
            words (list[str] | Unset): With `rank=fusion`, of a result: the words that query and playbook have in common,
                rarest first, in the form in which they are compared.
    """

    base: float
    base_of: ScoreExplanationBaseOf
    parts: list[ScorePart]
    sum_: float
    clamped: bool
    words: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base = self.base

        base_of = self.base_of.value

        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        sum_ = self.sum_

        clamped = self.clamped

        words: list[str] | Unset = UNSET
        if not isinstance(self.words, Unset):
            words = self.words

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base": base,
                "base_of": base_of,
                "parts": parts,
                "sum": sum_,
                "clamped": clamped,
            }
        )
        if words is not UNSET:
            field_dict["words"] = words

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.score_part import ScorePart  # noqa: PLC0415

        d = dict(src_dict)
        base = d.pop("base")

        base_of = ScoreExplanationBaseOf(d.pop("base_of"))

        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = ScorePart.from_dict(parts_item_data)

            parts.append(parts_item)

        sum_ = d.pop("sum")

        clamped = d.pop("clamped")

        words = cast(list[str], d.pop("words", UNSET))

        score_explanation = cls(
            base=base,
            base_of=base_of,
            parts=parts,
            sum_=sum_,
            clamped=clamped,
            words=words,
        )

        score_explanation.additional_properties = d
        return score_explanation

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
