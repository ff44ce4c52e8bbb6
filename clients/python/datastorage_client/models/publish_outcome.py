from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.publish_decision import PublishDecision
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.playbook_version import PlaybookVersion
    from ..models.problem import Problem


T = TypeVar("T", bound="PublishOutcome")


@_attrs_define
class PublishOutcome:
    """What a publish did, or would do, without storing.

    Attributes:
        would (PublishDecision): Would it be stored, is it there already, or would it be refused.
        warnings (list[str]):
        version (PlaybookVersion | Unset): One version of a playbook.
        problem (Problem | Unset): RFC 7807 problem details.
    """

    would: PublishDecision
    warnings: list[str]
    version: PlaybookVersion | Unset = UNSET
    problem: Problem | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        would = self.would.value

        warnings = self.warnings

        version: dict[str, Any] | Unset = UNSET
        if not isinstance(self.version, Unset):
            version = self.version.to_dict()

        problem: dict[str, Any] | Unset = UNSET
        if not isinstance(self.problem, Unset):
            problem = self.problem.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "would": would,
                "warnings": warnings,
            }
        )
        if version is not UNSET:
            field_dict["version"] = version
        if problem is not UNSET:
            field_dict["problem"] = problem

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.playbook_version import PlaybookVersion  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        would = PublishDecision(d.pop("would"))

        warnings = cast(list[str], d.pop("warnings"))

        _version = d.pop("version", UNSET)
        version: PlaybookVersion | Unset
        if isinstance(_version, Unset):
            version = UNSET
        else:
            version = PlaybookVersion.from_dict(_version)

        _problem = d.pop("problem", UNSET)
        problem: Problem | Unset
        if isinstance(_problem, Unset):
            problem = UNSET
        else:
            problem = Problem.from_dict(_problem)

        publish_outcome = cls(
            would=would,
            warnings=warnings,
            version=version,
            problem=problem,
        )

        publish_outcome.additional_properties = d
        return publish_outcome

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
