from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ServiceVersion")


@_attrs_define
class ServiceVersion:
    """
    Attributes:
        version (str):
        commit (str):
        go_version (str):
        api_version (str):
    """

    version: str
    commit: str
    go_version: str
    api_version: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        commit = self.commit

        go_version = self.go_version

        api_version = self.api_version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "commit": commit,
                "go_version": go_version,
                "api_version": api_version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        commit = d.pop("commit")

        go_version = d.pop("go_version")

        api_version = d.pop("api_version")

        service_version = cls(
            version=version,
            commit=commit,
            go_version=go_version,
            api_version=api_version,
        )

        service_version.additional_properties = d
        return service_version

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
