from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.labels import Labels
    from ..models.score_explanation import ScoreExplanation


T = TypeVar("T", bound="SearchHit")


@_attrs_define
class SearchHit:
    """One match.

    Attributes:
        rank (int):
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        title (str):
        description (str):
        labels (Labels): The labels of the label schema that the version names; those of 1.0 are listed here, a later
            schema may have more,
            and a name that the schema does not have is refused. Closed sets are compared without regard to case and stored
            in the spelling of the schema; `*` means any value where the schema allows it.
        similarity (float | None): Cosine similarity of query and playbook; null where labels alone decided.
        label_boost (float): What matching labels added; 0 in semantic mode.
        label_penalty (float): What differing labels took away; 0 in semantic mode.
        final_score (float): The score that orders the items, 0 to 1.
        provisional (bool): Ranked by the vector of an earlier version, because its own is not computed yet.
        owner (str | Unset):
        expected_success_rate (float | Unset):
        text_score (float | Unset): With `rank=fusion`: how well the words of query and playbook fit.
        relevance (float | Unset): With `rank=fusion`: two thirds of the similarity and one third of the text score.
        explanation (ScoreExplanation | Unset): With `explain` or `why_not`: how the score came about. `base` and the
            `points` of all parts give `sum`, which is kept within 0 to 1.
        content (str | Unset): Only with include=content.
    """

    rank: int
    playbook_id: str
    version: str
    title: str
    description: str
    labels: Labels
    similarity: float | None
    label_boost: float
    label_penalty: float
    final_score: float
    provisional: bool
    owner: str | Unset = UNSET
    expected_success_rate: float | Unset = UNSET
    text_score: float | Unset = UNSET
    relevance: float | Unset = UNSET
    explanation: ScoreExplanation | Unset = UNSET
    content: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rank = self.rank

        playbook_id = self.playbook_id

        version = self.version

        title = self.title

        description = self.description

        labels = self.labels.to_dict()

        similarity: float | None
        similarity = self.similarity

        label_boost = self.label_boost

        label_penalty = self.label_penalty

        final_score = self.final_score

        provisional = self.provisional

        owner = self.owner

        expected_success_rate = self.expected_success_rate

        text_score = self.text_score

        relevance = self.relevance

        explanation: dict[str, Any] | Unset = UNSET
        if not isinstance(self.explanation, Unset):
            explanation = self.explanation.to_dict()

        content = self.content

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rank": rank,
                "playbook_id": playbook_id,
                "version": version,
                "title": title,
                "description": description,
                "labels": labels,
                "similarity": similarity,
                "label_boost": label_boost,
                "label_penalty": label_penalty,
                "final_score": final_score,
                "provisional": provisional,
            }
        )
        if owner is not UNSET:
            field_dict["owner"] = owner
        if expected_success_rate is not UNSET:
            field_dict["expected_success_rate"] = expected_success_rate
        if text_score is not UNSET:
            field_dict["text_score"] = text_score
        if relevance is not UNSET:
            field_dict["relevance"] = relevance
        if explanation is not UNSET:
            field_dict["explanation"] = explanation
        if content is not UNSET:
            field_dict["content"] = content

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.labels import Labels  # noqa: PLC0415
        from ..models.score_explanation import ScoreExplanation  # noqa: PLC0415

        d = dict(src_dict)
        rank = d.pop("rank")

        playbook_id = d.pop("playbook_id")

        version = d.pop("version")

        title = d.pop("title")

        description = d.pop("description")

        labels = Labels.from_dict(d.pop("labels"))

        def _parse_similarity(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        similarity = _parse_similarity(d.pop("similarity"))

        label_boost = d.pop("label_boost")

        label_penalty = d.pop("label_penalty")

        final_score = d.pop("final_score")

        provisional = d.pop("provisional")

        owner = d.pop("owner", UNSET)

        expected_success_rate = d.pop("expected_success_rate", UNSET)

        text_score = d.pop("text_score", UNSET)

        relevance = d.pop("relevance", UNSET)

        _explanation = d.pop("explanation", UNSET)
        explanation: ScoreExplanation | Unset
        if isinstance(_explanation, Unset):
            explanation = UNSET
        else:
            explanation = ScoreExplanation.from_dict(_explanation)

        content = d.pop("content", UNSET)

        search_hit = cls(
            rank=rank,
            playbook_id=playbook_id,
            version=version,
            title=title,
            description=description,
            labels=labels,
            similarity=similarity,
            label_boost=label_boost,
            label_penalty=label_penalty,
            final_score=final_score,
            provisional=provisional,
            owner=owner,
            expected_success_rate=expected_success_rate,
            text_score=text_score,
            relevance=relevance,
            explanation=explanation,
            content=content,
        )

        search_hit.additional_properties = d
        return search_hit

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
