from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_heads import AuditHeads


T = TypeVar("T", bound="AuditVerifyRequest")


@_attrs_define
class AuditVerifyRequest:
    """What is to be verified; all, when neither a chain nor a correlation is named.

    Attributes:
        chain_id (UUID | Unset): UUID of a hash chain. Example: 0193a1b2-7c3d-7000-8000-0000000000c1.
        correlation_id (str | Unset):
        limit (int | Unset): Events that one call reads at most. Default: 100000.
        resume (str | Unset): Goes on where an earlier call stopped.
        expected_heads (AuditHeads | Unset): Where chains end at one time.
    """

    chain_id: UUID | Unset = UNSET
    correlation_id: str | Unset = UNSET
    limit: int | Unset = 100000
    resume: str | Unset = UNSET
    expected_heads: AuditHeads | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        chain_id: str | Unset = UNSET
        if not isinstance(self.chain_id, Unset):
            chain_id = str(self.chain_id)

        correlation_id = self.correlation_id

        limit = self.limit

        resume = self.resume

        expected_heads: dict[str, Any] | Unset = UNSET
        if not isinstance(self.expected_heads, Unset):
            expected_heads = self.expected_heads.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if chain_id is not UNSET:
            field_dict["chain_id"] = chain_id
        if correlation_id is not UNSET:
            field_dict["correlation_id"] = correlation_id
        if limit is not UNSET:
            field_dict["limit"] = limit
        if resume is not UNSET:
            field_dict["resume"] = resume
        if expected_heads is not UNSET:
            field_dict["expected_heads"] = expected_heads

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_heads import AuditHeads  # noqa: PLC0415

        d = dict(src_dict)
        _chain_id = d.pop("chain_id", UNSET)
        chain_id: UUID | Unset
        if isinstance(_chain_id, Unset):
            chain_id = UNSET
        else:
            chain_id = UUID(_chain_id)

        correlation_id = d.pop("correlation_id", UNSET)

        limit = d.pop("limit", UNSET)

        resume = d.pop("resume", UNSET)

        _expected_heads = d.pop("expected_heads", UNSET)
        expected_heads: AuditHeads | Unset
        if isinstance(_expected_heads, Unset):
            expected_heads = UNSET
        else:
            expected_heads = AuditHeads.from_dict(_expected_heads)

        audit_verify_request = cls(
            chain_id=chain_id,
            correlation_id=correlation_id,
            limit=limit,
            resume=resume,
            expected_heads=expected_heads,
        )

        return audit_verify_request
