from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AuditPagination")


@_attrs_define
class AuditPagination:
    """
    Attributes:
        limit (int): Events at most in this answer.
        has_more (bool): Are there more events now.
        offset (int | Unset): Events skipped, on a page reached by an offset.
        total (int | Unset): Events that match, when asked for.
        next_cursor (str | Unset): Gives the next page as `cursor`.
    """

    limit: int
    has_more: bool
    offset: int | Unset = UNSET
    total: int | Unset = UNSET
    next_cursor: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        limit = self.limit

        has_more = self.has_more

        offset = self.offset

        total = self.total

        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "limit": limit,
                "has_more": has_more,
            }
        )
        if offset is not UNSET:
            field_dict["offset"] = offset
        if total is not UNSET:
            field_dict["total"] = total
        if next_cursor is not UNSET:
            field_dict["next_cursor"] = next_cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        limit = d.pop("limit")

        has_more = d.pop("has_more")

        offset = d.pop("offset", UNSET)

        total = d.pop("total", UNSET)

        next_cursor = d.pop("next_cursor", UNSET)

        audit_pagination = cls(
            limit=limit,
            has_more=has_more,
            offset=offset,
            total=total,
            next_cursor=next_cursor,
        )

        audit_pagination.additional_properties = d
        return audit_pagination

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
