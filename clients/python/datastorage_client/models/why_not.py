from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.why_not_reason import WhyNotReason
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.filter_miss import FilterMiss
    from ..models.present_state import PresentState
    from ..models.score_explanation import ScoreExplanation


T = TypeVar("T", bound="WhyNot")


@_attrs_define
class WhyNot:
    """Only with `why_not`: why a playbook is not in the answer, or where it stands. Found out after the search, by
    comparing every searchable playbook.

        Attributes:
            playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
                example-oom-killed.
            reason (WhyNotReason): `in_answer`: it is there. `no_such_playbook`: nothing was ever published under this id.
                `no_active_version`:
                none of its versions may be used; `present_state` says who saw to that, when and why. `filtered`: its
                `signal_type` or `severity` is another one. `no_vector`: its embedding is not computed yet.
                `below_min_similarity`: it is not similar enough, or with `rank=fusion` not relevant enough. `below_top_k`: it
                matches, but others match better. `missed`:
                it belongs into the answer, which was not exact, or the catalog has changed since.
            detail (str): The reason in a sentence for people.
            version (str | Unset): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
            present_state (PresentState | Unset): The status of a version and how it came to be: with the problem
                `transition-not-allowed`, and with the reason `no_active_version` of `why_not`.
            filters (list[FilterMiss] | Unset): With `filtered`, the strict filters that the playbook does not pass.
            similarity (float | Unset): Cosine similarity to the query, where it was compared.
            min_similarity (float | Unset): With `below_min_similarity`, what was asked for.
            rank (int | Unset): Place among all playbooks that match.
            label_boost (float | Unset):
            label_penalty (float | Unset):
            final_score (float | Unset): The score by which it is ranked.
            text_score (float | Unset): With `rank=fusion`, where it was compared.
            relevance (float | Unset): With `rank=fusion`, where it was compared.
            provisional (bool | Unset): The similarity is that of an earlier version.
            explanation (ScoreExplanation | Unset): With `explain` or `why_not`: how the score came about. `base` and the
                `points` of all parts give `sum`, which is kept within 0 to 1.
    """

    playbook_id: str
    reason: WhyNotReason
    detail: str
    version: str | Unset = UNSET
    present_state: PresentState | Unset = UNSET
    filters: list[FilterMiss] | Unset = UNSET
    similarity: float | Unset = UNSET
    min_similarity: float | Unset = UNSET
    rank: int | Unset = UNSET
    label_boost: float | Unset = UNSET
    label_penalty: float | Unset = UNSET
    final_score: float | Unset = UNSET
    text_score: float | Unset = UNSET
    relevance: float | Unset = UNSET
    provisional: bool | Unset = UNSET
    explanation: ScoreExplanation | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        playbook_id = self.playbook_id

        reason = self.reason.value

        detail = self.detail

        version = self.version

        present_state: dict[str, Any] | Unset = UNSET
        if not isinstance(self.present_state, Unset):
            present_state = self.present_state.to_dict()

        filters: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.filters, Unset):
            filters = []
            for filters_item_data in self.filters:
                filters_item = filters_item_data.to_dict()
                filters.append(filters_item)

        similarity = self.similarity

        min_similarity = self.min_similarity

        rank = self.rank

        label_boost = self.label_boost

        label_penalty = self.label_penalty

        final_score = self.final_score

        text_score = self.text_score

        relevance = self.relevance

        provisional = self.provisional

        explanation: dict[str, Any] | Unset = UNSET
        if not isinstance(self.explanation, Unset):
            explanation = self.explanation.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "playbook_id": playbook_id,
                "reason": reason,
                "detail": detail,
            }
        )
        if version is not UNSET:
            field_dict["version"] = version
        if present_state is not UNSET:
            field_dict["present_state"] = present_state
        if filters is not UNSET:
            field_dict["filters"] = filters
        if similarity is not UNSET:
            field_dict["similarity"] = similarity
        if min_similarity is not UNSET:
            field_dict["min_similarity"] = min_similarity
        if rank is not UNSET:
            field_dict["rank"] = rank
        if label_boost is not UNSET:
            field_dict["label_boost"] = label_boost
        if label_penalty is not UNSET:
            field_dict["label_penalty"] = label_penalty
        if final_score is not UNSET:
            field_dict["final_score"] = final_score
        if text_score is not UNSET:
            field_dict["text_score"] = text_score
        if relevance is not UNSET:
            field_dict["relevance"] = relevance
        if provisional is not UNSET:
            field_dict["provisional"] = provisional
        if explanation is not UNSET:
            field_dict["explanation"] = explanation

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.filter_miss import FilterMiss  # noqa: PLC0415
        from ..models.present_state import PresentState  # noqa: PLC0415
        from ..models.score_explanation import ScoreExplanation  # noqa: PLC0415

        d = dict(src_dict)
        playbook_id = d.pop("playbook_id")

        reason = WhyNotReason(d.pop("reason"))

        detail = d.pop("detail")

        version = d.pop("version", UNSET)

        _present_state = d.pop("present_state", UNSET)
        present_state: PresentState | Unset
        if isinstance(_present_state, Unset):
            present_state = UNSET
        else:
            present_state = PresentState.from_dict(_present_state)

        _filters = d.pop("filters", UNSET)
        filters: list[FilterMiss] | Unset = UNSET
        if _filters is not UNSET:
            filters = []
            for filters_item_data in _filters:
                filters_item = FilterMiss.from_dict(filters_item_data)

                filters.append(filters_item)

        similarity = d.pop("similarity", UNSET)

        min_similarity = d.pop("min_similarity", UNSET)

        rank = d.pop("rank", UNSET)

        label_boost = d.pop("label_boost", UNSET)

        label_penalty = d.pop("label_penalty", UNSET)

        final_score = d.pop("final_score", UNSET)

        text_score = d.pop("text_score", UNSET)

        relevance = d.pop("relevance", UNSET)

        provisional = d.pop("provisional", UNSET)

        _explanation = d.pop("explanation", UNSET)
        explanation: ScoreExplanation | Unset
        if isinstance(_explanation, Unset):
            explanation = UNSET
        else:
            explanation = ScoreExplanation.from_dict(_explanation)

        why_not = cls(
            playbook_id=playbook_id,
            reason=reason,
            detail=detail,
            version=version,
            present_state=present_state,
            filters=filters,
            similarity=similarity,
            min_similarity=min_similarity,
            rank=rank,
            label_boost=label_boost,
            label_penalty=label_penalty,
            final_score=final_score,
            text_score=text_score,
            relevance=relevance,
            provisional=provisional,
            explanation=explanation,
        )

        why_not.additional_properties = d
        return why_not

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
