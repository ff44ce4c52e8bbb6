from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="OutcomeRequest")


@_attrs_define
class OutcomeRequest:
    """One execution of a version.

    Attributes:
        execution_id (str): Names the execution; counted once per version. Example: run-4711.
        success (bool): Did it do what it should.
        duration_ms (int): How long it took.
    """

    execution_id: str
    success: bool
    duration_ms: int

    def to_dict(self) -> dict[str, Any]:
        execution_id = self.execution_id

        success = self.success

        duration_ms = self.duration_ms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "execution_id": execution_id,
                "success": success,
                "duration_ms": duration_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        execution_id = d.pop("execution_id")

        success = d.pop("success")

        duration_ms = d.pop("duration_ms")

        outcome_request = cls(
            execution_id=execution_id,
            success=success,
            duration_ms=duration_ms,
        )

        return outcome_request
