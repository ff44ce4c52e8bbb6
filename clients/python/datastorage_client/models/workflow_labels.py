from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_labels import CustomLabels


T = TypeVar("T", bound="WorkflowLabels")


@_attrs_define
class WorkflowLabels:
    """Labels of a playbook with hyphens in their names. The names of the label schema, with underscores, are taken too,
    but not both of one label.

        Attributes:
            signal_type (str | Unset): One label value.
            severity (str | Unset): One label value.
            component (str | Unset): One label value.
            environment (str | Unset): One label value.
            priority (str | Unset): One label value.
            risk_tolerance (str | Unset): One label value.
            business_category (str | Unset): One label value.
            resource_management (str | Unset): One label value.
            gitops_tool (str | Unset): One label value.
            custom_labels (CustomLabels | Unset): At most 10 keys of at most 63 characters with at most 5 values of at most
                100 characters each. Example: {'team': ['payments']}.
    """

    signal_type: str | Unset = UNSET
    severity: str | Unset = UNSET
    component: str | Unset = UNSET
    environment: str | Unset = UNSET
    priority: str | Unset = UNSET
    risk_tolerance: str | Unset = UNSET
    business_category: str | Unset = UNSET
    resource_management: str | Unset = UNSET
    gitops_tool: str | Unset = UNSET
    custom_labels: CustomLabels | Unset = UNSET
    additional_properties: dict[str, str] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        signal_type = self.signal_type

        severity = self.severity

        component = self.component

        environment = self.environment

        priority = self.priority

        risk_tolerance = self.risk_tolerance

        business_category = self.business_category

        resource_management = self.resource_management

        gitops_tool = self.gitops_tool

        custom_labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_labels, Unset):
            custom_labels = self.custom_labels.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if signal_type is not UNSET:
            field_dict["signal-type"] = signal_type
        if severity is not UNSET:
            field_dict["severity"] = severity
        if component is not UNSET:
            field_dict["component"] = component
        if environment is not UNSET:
            field_dict["environment"] = environment
        if priority is not UNSET:
            field_dict["priority"] = priority
        if risk_tolerance is not UNSET:
            field_dict["risk-tolerance"] = risk_tolerance
        if business_category is not UNSET:
            field_dict["business-category"] = business_category
        if resource_management is not UNSET:
            field_dict["resource-management"] = resource_management
        if gitops_tool is not UNSET:
            field_dict["gitops-tool"] = gitops_tool
        if custom_labels is not UNSET:
            field_dict["custom_labels"] = custom_labels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.custom_labels import CustomLabels  # noqa: PLC0415

        d = dict(src_dict)
        signal_type = d.pop("signal-type", UNSET)

        severity = d.pop("severity", UNSET)

        component = d.pop("component", UNSET)

        environment = d.pop("environment", UNSET)

        priority = d.pop("priority", UNSET)

        risk_tolerance = d.pop("risk-tolerance", UNSET)

        business_category = d.pop("business-category", UNSET)

        resource_management = d.pop("resource-management", UNSET)

        gitops_tool = d.pop("gitops-tool", UNSET)

        _custom_labels = d.pop("custom_labels", UNSET)
        custom_labels: CustomLabels | Unset
        if isinstance(_custom_labels, Unset):
            custom_labels = UNSET
        else:
            custom_labels = CustomLabels.from_dict(_custom_labels)

        workflow_labels = cls(
            signal_type=signal_type,
            severity=severity,
            component=component,
            environment=environment,
            priority=priority,
            risk_tolerance=risk_tolerance,
            business_category=business_category,
            resource_management=resource_management,
            gitops_tool=gitops_tool,
            custom_labels=custom_labels,
        )

        workflow_labels.additional_properties = d
        return workflow_labels

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> str:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: str) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
