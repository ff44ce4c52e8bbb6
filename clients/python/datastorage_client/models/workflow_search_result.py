from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.workflow_hit import WorkflowHit
    from ..models.workflow_labels import WorkflowLabels


T = TypeVar("T", bound="WorkflowSearchResult")


@_attrs_define
class WorkflowSearchResult:
    """Answer to a search, best first.

    Attributes:
        workflows (list[WorkflowHit]):
        total_results (int): How many match, not how many were returned; a lower bound where a search for playbooks
            would say `gte`.
        query (str):
        filters (WorkflowLabels): Labels of a playbook with hyphens in their names. The names of the label schema, with
            underscores, are taken too, but not both of one label.
        degraded (bool): Was ranked by labels alone since the embedding model is away.
        warnings (list[str]):
    """

    workflows: list[WorkflowHit]
    total_results: int
    query: str
    filters: WorkflowLabels
    degraded: bool
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        workflows = []
        for workflows_item_data in self.workflows:
            workflows_item = workflows_item_data.to_dict()
            workflows.append(workflows_item)

        total_results = self.total_results

        query = self.query

        filters = self.filters.to_dict()

        degraded = self.degraded

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "workflows": workflows,
                "total_results": total_results,
                "query": query,
                "filters": filters,
                "degraded": degraded,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_hit import WorkflowHit  # noqa: PLC0415
        from ..models.workflow_labels import WorkflowLabels  # noqa: PLC0415

        d = dict(src_dict)
        workflows = []
        _workflows = d.pop("workflows")
        for workflows_item_data in _workflows:
            workflows_item = WorkflowHit.from_dict(workflows_item_data)

            workflows.append(workflows_item)

        total_results = d.pop("total_results")

        query = d.pop("query")

        filters = WorkflowLabels.from_dict(d.pop("filters"))

        degraded = d.pop("degraded")

        warnings = cast(list[str], d.pop("warnings"))

        workflow_search_result = cls(
            workflows=workflows,
            total_results=total_results,
            query=query,
            filters=filters,
            degraded=degraded,
            warnings=warnings,
        )

        workflow_search_result.additional_properties = d
        return workflow_search_result

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
