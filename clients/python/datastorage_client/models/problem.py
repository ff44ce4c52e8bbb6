from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.newer_version import NewerVersion
    from ..models.present_state import PresentState
    from ..models.problem_error import ProblemError


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """RFC 7807 problem details.

    Attributes:
        type_ (str): Path of this service that explains the problem. Example: /problems/invalid-request.
        title (str):
        status (int):
        instance (str): Path of the request.
        request_id (str):
        detail (str | Unset):
        errors (list[ProblemError] | Unset):
        greatest_version (str | Unset): With version-not-incremented, the version to beat.
        newer_version (NewerVersion | Unset): A greater version that is not the latest, and why.
        present_state (PresentState | Unset): The status of a version and how it came to be: with the problem
            `transition-not-allowed`, and with the reason `no_active_version` of `why_not`.
    """

    type_: str
    title: str
    status: int
    instance: str
    request_id: str
    detail: str | Unset = UNSET
    errors: list[ProblemError] | Unset = UNSET
    greatest_version: str | Unset = UNSET
    newer_version: NewerVersion | Unset = UNSET
    present_state: PresentState | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        instance = self.instance

        request_id = self.request_id

        detail = self.detail

        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)

        greatest_version = self.greatest_version

        newer_version: dict[str, Any] | Unset = UNSET
        if not isinstance(self.newer_version, Unset):
            newer_version = self.newer_version.to_dict()

        present_state: dict[str, Any] | Unset = UNSET
        if not isinstance(self.present_state, Unset):
            present_state = self.present_state.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "instance": instance,
                "request_id": request_id,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail
        if errors is not UNSET:
            field_dict["errors"] = errors
        if greatest_version is not UNSET:
            field_dict["greatest_version"] = greatest_version
        if newer_version is not UNSET:
            field_dict["newer_version"] = newer_version
        if present_state is not UNSET:
            field_dict["present_state"] = present_state

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.newer_version import NewerVersion  # noqa: PLC0415
        from ..models.present_state import PresentState  # noqa: PLC0415
        from ..models.problem_error import ProblemError  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        instance = d.pop("instance")

        request_id = d.pop("request_id")

        detail = d.pop("detail", UNSET)

        _errors = d.pop("errors", UNSET)
        errors: list[ProblemError] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = ProblemError.from_dict(errors_item_data)

                errors.append(errors_item)

        greatest_version = d.pop("greatest_version", UNSET)

        _newer_version = d.pop("newer_version", UNSET)
        newer_version: NewerVersion | Unset
        if isinstance(_newer_version, Unset):
            newer_version = UNSET
        else:
            newer_version = NewerVersion.from_dict(_newer_version)

        _present_state = d.pop("present_state", UNSET)
        present_state: PresentState | Unset
        if isinstance(_present_state, Unset):
            present_state = UNSET
        else:
            present_state = PresentState.from_dict(_present_state)

        problem = cls(
            type_=type_,
            title=title,
            status=status,
            instance=instance,
            request_id=request_id,
            detail=detail,
            errors=errors,
            greatest_version=greatest_version,
            newer_version=newer_version,
            present_state=present_state,
        )

        problem.additional_properties = d
        return problem

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
