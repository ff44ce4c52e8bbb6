from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.search_include import SearchInclude
from ..models.search_mode import SearchMode
from ..models.search_rank import SearchRank
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.search_labels import SearchLabels


T = TypeVar("T", bound="SearchRequest")


@_attrs_define
class SearchRequest:
    """A search. `query` is required but for `mode` labels.

    Attributes:
        query (str | Unset): 1 to 1000 characters, not only white space.
        labels (SearchLabels | Unset): Labels of any label schema, those of 1.0 listed here. signal_type, severity and
            what else a schema calls a
            filter are strict, all others preferences.
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        mode (SearchMode | Unset): `hybrid` adds the weights of labels to the similarity of meaning, `semantic` takes
            the similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank | Unset): `similarity` compares the meaning. `fusion` compares the words too, by the relevance,
            which is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x / (x + 10)); it takes
            the
            place of the similarity. Without effect where labels alone decide.
        exact (bool | Unset): Compare with every searchable playbook, whatever it costs. Default: False.
        explain (bool | Unset): Say of each result how its score came about. Default: False.
        why_not (str | Unset): Lower-case slug. `search`, `versions` and other words of the API are reserved. Example:
            example-oom-killed.
        correlation_id (str | Unset): Binds the searches and events of one remediation together; without control
            characters. Example: rr-2026-001.
        actor (str | Unset): Name of a person or a service account, without control characters. Example:
            alice@example.com.
        include (list[SearchInclude] | Unset):
    """

    query: str | Unset = UNSET
    labels: SearchLabels | Unset = UNSET
    top_k: int | Unset = UNSET
    min_similarity: float | Unset = UNSET
    mode: SearchMode | Unset = UNSET
    rank: SearchRank | Unset = UNSET
    exact: bool | Unset = False
    explain: bool | Unset = False
    why_not: str | Unset = UNSET
    correlation_id: str | Unset = UNSET
    actor: str | Unset = UNSET
    include: list[SearchInclude] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        query = self.query

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        top_k = self.top_k

        min_similarity = self.min_similarity

        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode.value

        rank: str | Unset = UNSET
        if not isinstance(self.rank, Unset):
            rank = self.rank.value

        exact = self.exact

        explain = self.explain

        why_not = self.why_not

        correlation_id = self.correlation_id

        actor = self.actor

        include: list[str] | Unset = UNSET
        if not isinstance(self.include, Unset):
            include = []
            for include_item_data in self.include:
                include_item = include_item_data.value
                include.append(include_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if query is not UNSET:
            field_dict["query"] = query
        if labels is not UNSET:
            field_dict["labels"] = labels
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if min_similarity is not UNSET:
            field_dict["min_similarity"] = min_similarity
        if mode is not UNSET:
            field_dict["mode"] = mode
        if rank is not UNSET:
            field_dict["rank"] = rank
        if exact is not UNSET:
            field_dict["exact"] = exact
        if explain is not UNSET:
            field_dict["explain"] = explain
        if why_not is not UNSET:
            field_dict["why_not"] = why_not
        if correlation_id is not UNSET:
            field_dict["correlation_id"] = correlation_id
        if actor is not UNSET:
            field_dict["actor"] = actor
        if include is not UNSET:
            field_dict["include"] = include

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.search_labels import SearchLabels  # noqa: PLC0415

        d = dict(src_dict)
        query = d.pop("query", UNSET)

        _labels = d.pop("labels", UNSET)
        labels: SearchLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = SearchLabels.from_dict(_labels)

        top_k = d.pop("top_k", UNSET)

        min_similarity = d.pop("min_similarity", UNSET)

        _mode = d.pop("mode", UNSET)
        mode: SearchMode | Unset
        if isinstance(_mode, Unset):
            mode = UNSET
        else:
            mode = SearchMode(_mode)

        _rank = d.pop("rank", UNSET)
        rank: SearchRank | Unset
        if isinstance(_rank, Unset):
            rank = UNSET
        else:
            rank = SearchRank(_rank)

        exact = d.pop("exact", UNSET)

        explain = d.pop("explain", UNSET)

        why_not = d.pop("why_not", UNSET)

        correlation_id = d.pop("correlation_id", UNSET)

        actor = d.pop("actor", UNSET)

        _include = d.pop("include", UNSET)
        include: list[SearchInclude] | Unset = UNSET
        if _include is not UNSET:
            include = []
            for include_item_data in _include:
                include_item = SearchInclude(include_item_data)

                include.append(include_item)

        search_request = cls(
            query=query,
            labels=labels,
            top_k=top_k,
            min_similarity=min_similarity,
            mode=mode,
            rank=rank,
            exact=exact,
            explain=explain,
            why_not=why_not,
            correlation_id=correlation_id,
            actor=actor,
            include=include,
        )

        return search_request
