from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.workflow_labels import WorkflowLabels


T = TypeVar("T", bound="WorkflowSearchRequest")


@_attrs_define
class WorkflowSearchRequest:
    """A search under the V1.0 names.

    Attributes:
        query (str): 1 to 1000 characters, not only white space.
        filters (WorkflowLabels | Unset): Labels of a playbook with hyphens in their names. The names of the label
            schema, with underscores, are taken too, but not both of one label.
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        include_disabled (bool | Unset): Add the disabled versions that would be the latest if they were active.
            Default: False.
        remediation_id (str | Unset): Binds the searches and events of one remediation together; without control
            characters. Example: rr-2026-001.
    """

    query: str
    filters: WorkflowLabels | Unset = UNSET
    top_k: int | Unset = UNSET
    min_similarity: float | Unset = UNSET
    include_disabled: bool | Unset = False
    remediation_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        query = self.query

        filters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filters, Unset):
            filters = self.filters.to_dict()

        top_k = self.top_k

        min_similarity = self.min_similarity

        include_disabled = self.include_disabled

        remediation_id = self.remediation_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "query": query,
            }
        )
        if filters is not UNSET:
            field_dict["filters"] = filters
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if min_similarity is not UNSET:
            field_dict["min_similarity"] = min_similarity
        if include_disabled is not UNSET:
            field_dict["include_disabled"] = include_disabled
        if remediation_id is not UNSET:
            field_dict["remediation_id"] = remediation_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_labels import WorkflowLabels  # noqa: PLC0415

        d = dict(src_dict)
        query = d.pop("query")

        _filters = d.pop("filters", UNSET)
        filters: WorkflowLabels | Unset
        if isinstance(_filters, Unset):
            filters = UNSET
        else:
            filters = WorkflowLabels.from_dict(_filters)

        top_k = d.pop("top_k", UNSET)

        min_similarity = d.pop("min_similarity", UNSET)

        include_disabled = d.pop("include_disabled", UNSET)

        remediation_id = d.pop("remediation_id", UNSET)

        workflow_search_request = cls(
            query=query,
            filters=filters,
            top_k=top_k,
            min_similarity=min_similarity,
            include_disabled=include_disabled,
            remediation_id=remediation_id,
        )

        return workflow_search_request
