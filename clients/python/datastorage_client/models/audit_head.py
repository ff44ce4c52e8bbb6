from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="AuditHead")


@_attrs_define
class AuditHead:
    """
    Attributes:
        chain_id (UUID): UUID of a hash chain. Example: 0193a1b2-7c3d-7000-8000-0000000000c1.
        number (int): Number of the chain in the register.
        link (str): A hash in hexadecimal; empty where nothing was hashed yet. Example:
            6df4fa2f13a1f1a3df5a9d8e1b9e9f0b2b5f8a3c5a7c1de6f4d8b0c2a4e6f810.
        seq (int): Number of its last event, 0 for none.
        hash_ (str): A hash in hexadecimal; empty where nothing was hashed yet. Example:
            6df4fa2f13a1f1a3df5a9d8e1b9e9f0b2b5f8a3c5a7c1de6f4d8b0c2a4e6f810.
        closed (bool): Does it not grow any more.
    """

    chain_id: UUID
    number: int
    link: str
    seq: int
    hash_: str
    closed: bool

    def to_dict(self) -> dict[str, Any]:
        chain_id = str(self.chain_id)

        number = self.number

        link = self.link

        seq = self.seq

        hash_ = self.hash_

        closed = self.closed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chain_id": chain_id,
                "number": number,
                "link": link,
                "seq": seq,
                "hash": hash_,
                "closed": closed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chain_id = UUID(d.pop("chain_id"))

        number = d.pop("number")

        link = d.pop("link")

        seq = d.pop("seq")

        hash_ = d.pop("hash")

        closed = d.pop("closed")

        audit_head = cls(
            chain_id=chain_id,
            number=number,
            link=link,
            seq=seq,
            hash_=hash_,
            closed=closed,
        )

        return audit_head
