from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.readiness_part_state import ReadinessPartState
from ..types import UNSET, Unset

T = TypeVar("T", bound="ReadinessPart")


@_attrs_define
class ReadinessPart:
    """
    Attributes:
        name (str): postgresql, embedder or redis; server while it stops.
        required (bool): Is the service not ready without it.
        state (ReadinessPartState):
        detail (str | Unset): What is wrong.
    """

    name: str
    required: bool
    state: ReadinessPartState
    detail: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        required = self.required

        state = self.state.value

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "required": required,
                "state": state,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        required = d.pop("required")

        state = ReadinessPartState(d.pop("state"))

        detail = d.pop("detail", UNSET)

        readiness_part = cls(
            name=name,
            required=required,
            state=state,
            detail=detail,
        )

        readiness_part.additional_properties = d
        return readiness_part

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
