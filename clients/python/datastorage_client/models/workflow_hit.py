from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.workflow import Workflow


T = TypeVar("T", bound="WorkflowHit")


@_attrs_define
class WorkflowHit:
    """One match.

    Attributes:
        workflow (Workflow): One version of a playbook under the V1.0 names.
        base_similarity (float): Cosine similarity of query and workflow; 0.5 for all while `degraded`.
        label_boost (float):
        label_penalty (float):
        final_score (float): The score that orders the results, 0 to 1.
        similarity_score (float): The same as `final_score`.
        rank (int):
    """

    workflow: Workflow
    base_similarity: float
    label_boost: float
    label_penalty: float
    final_score: float
    similarity_score: float
    rank: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        workflow = self.workflow.to_dict()

        base_similarity = self.base_similarity

        label_boost = self.label_boost

        label_penalty = self.label_penalty

        final_score = self.final_score

        similarity_score = self.similarity_score

        rank = self.rank

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "workflow": workflow,
                "base_similarity": base_similarity,
                "label_boost": label_boost,
                "label_penalty": label_penalty,
                "final_score": final_score,
                "similarity_score": similarity_score,
                "rank": rank,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow import Workflow  # noqa: PLC0415

        d = dict(src_dict)
        workflow = Workflow.from_dict(d.pop("workflow"))

        base_similarity = d.pop("base_similarity")

        label_boost = d.pop("label_boost")

        label_penalty = d.pop("label_penalty")

        final_score = d.pop("final_score")

        similarity_score = d.pop("similarity_score")

        rank = d.pop("rank")

        workflow_hit = cls(
            workflow=workflow,
            base_similarity=base_similarity,
            label_boost=label_boost,
            label_penalty=label_penalty,
            final_score=final_score,
            similarity_score=similarity_score,
            rank=rank,
        )

        workflow_hit.additional_properties = d
        return workflow_hit

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
