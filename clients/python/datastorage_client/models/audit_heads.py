from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_gaps_head import AuditGapsHead
    from ..models.audit_head import AuditHead


T = TypeVar("T", bound="AuditHeads")


@_attrs_define
class AuditHeads:
    """Where chains end at one time.

    Attributes:
        chains (list[AuditHead]): In the order of their numbers.
        exported_at (datetime.datetime | Unset):
        gaps (AuditGapsHead | Unset): The last record of what retention has removed; its number is 0 when there is none.
        has_more (bool | Unset): Chains with greater numbers were left out.
    """

    chains: list[AuditHead]
    exported_at: datetime.datetime | Unset = UNSET
    gaps: AuditGapsHead | Unset = UNSET
    has_more: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        chains = []
        for chains_item_data in self.chains:
            chains_item = chains_item_data.to_dict()
            chains.append(chains_item)

        exported_at: str | Unset = UNSET
        if not isinstance(self.exported_at, Unset):
            exported_at = self.exported_at.isoformat()

        gaps: dict[str, Any] | Unset = UNSET
        if not isinstance(self.gaps, Unset):
            gaps = self.gaps.to_dict()

        has_more = self.has_more

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chains": chains,
            }
        )
        if exported_at is not UNSET:
            field_dict["exported_at"] = exported_at
        if gaps is not UNSET:
            field_dict["gaps"] = gaps
        if has_more is not UNSET:
            field_dict["has_more"] = has_more

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_gaps_head import AuditGapsHead  # noqa: PLC0415
        from ..models.audit_head import AuditHead  # noqa: PLC0415

        d = dict(src_dict)
        chains = []
        _chains = d.pop("chains")
        for chains_item_data in _chains:
            chains_item = AuditHead.from_dict(chains_item_data)

            chains.append(chains_item)

        _exported_at = d.pop("exported_at", UNSET)
        exported_at: datetime.datetime | Unset
        if isinstance(_exported_at, Unset):
            exported_at = UNSET
        else:
            exported_at = datetime.datetime.fromisoformat(_exported_at)

        _gaps = d.pop("gaps", UNSET)
        gaps: AuditGapsHead | Unset
        if isinstance(_gaps, Unset):
            gaps = UNSET
        else:
            gaps = AuditGapsHead.from_dict(_gaps)

        has_more = d.pop("has_more", UNSET)

        audit_heads = cls(
            chains=chains,
            exported_at=exported_at,
            gaps=gaps,
            has_more=has_more,
        )

        return audit_heads
