from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.search_mode import SearchMode
from ..models.search_rank import SearchRank
from ..models.total_relation import TotalRelation
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.search_hit import SearchHit
    from ..models.why_not import WhyNot


T = TypeVar("T", bound="SearchResult")


@_attrs_define
class SearchResult:
    """Answer to a search.

    Attributes:
        items (list[SearchHit]):
        total (int): How many playbooks match, not how many were returned.
        total_relation (TotalRelation): Is `total` the exact number or a lower bound.
        exact (bool): Do the items equal those of a full scan.
        mode (SearchMode): `hybrid` adds the weights of labels to the similarity of meaning, `semantic` takes the
            similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank): `similarity` compares the meaning. `fusion` compares the words too, by the relevance, which
            is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x / (x + 10)); it takes
            the
            place of the similarity. Without effect where labels alone decide.
        degraded (bool): Was a part of the service missing that makes answers worse.
        query (str):
        embedding_model (str): Model that embedded the query and the playbooks.
        took_ms (float): Milliseconds that the service worked on this search.
        warnings (list[str]):
        why_not (WhyNot | Unset): Only with `why_not`: why a playbook is not in the answer, or where it stands. Found
            out after the search, by
            comparing every searchable playbook.
    """

    items: list[SearchHit]
    total: int
    total_relation: TotalRelation
    exact: bool
    mode: SearchMode
    rank: SearchRank
    degraded: bool
    query: str
    embedding_model: str
    took_ms: float
    warnings: list[str]
    why_not: WhyNot | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        total = self.total

        total_relation = self.total_relation.value

        exact = self.exact

        mode = self.mode.value

        rank = self.rank.value

        degraded = self.degraded

        query = self.query

        embedding_model = self.embedding_model

        took_ms = self.took_ms

        warnings = self.warnings

        why_not: dict[str, Any] | Unset = UNSET
        if not isinstance(self.why_not, Unset):
            why_not = self.why_not.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "total": total,
                "total_relation": total_relation,
                "exact": exact,
                "mode": mode,
                "rank": rank,
                "degraded": degraded,
                "query": query,
                "embedding_model": embedding_model,
                "took_ms": took_ms,
                "warnings": warnings,
            }
        )
        if why_not is not UNSET:
            field_dict["why_not"] = why_not

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.search_hit import SearchHit  # noqa: PLC0415
        from ..models.why_not import WhyNot  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = SearchHit.from_dict(items_item_data)

            items.append(items_item)

        total = d.pop("total")

        total_relation = TotalRelation(d.pop("total_relation"))

        exact = d.pop("exact")

        mode = SearchMode(d.pop("mode"))

        rank = SearchRank(d.pop("rank"))

        degraded = d.pop("degraded")

        query = d.pop("query")

        embedding_model = d.pop("embedding_model")

        took_ms = d.pop("took_ms")

        warnings = cast(list[str], d.pop("warnings"))

        _why_not = d.pop("why_not", UNSET)
        why_not: WhyNot | Unset
        if isinstance(_why_not, Unset):
            why_not = UNSET
        else:
            why_not = WhyNot.from_dict(_why_not)

        search_result = cls(
            items=items,
            total=total,
            total_relation=total_relation,
            exact=exact,
            mode=mode,
            rank=rank,
            degraded=degraded,
            query=query,
            embedding_model=embedding_model,
            took_ms=took_ms,
            warnings=warnings,
            why_not=why_not,
        )

        search_result.additional_properties = d
        return search_result

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
