from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AuditGapsHead")


@_attrs_define
class AuditGapsHead:
    """The last record of what retention has removed; its number is 0 when there is none.

    Attributes:
        number (int):
        link (str): A hash in hexadecimal; empty where nothing was hashed yet. Example:
            6df4fa2f13a1f1a3df5a9d8e1b9e9f0b2b5f8a3c5a7c1de6f4d8b0c2a4e6f810.
    """

    number: int
    link: str

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        link = self.link

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "number": number,
                "link": link,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        link = d.pop("link")

        audit_gaps_head = cls(
            number=number,
            link=link,
        )

        return audit_gaps_head
