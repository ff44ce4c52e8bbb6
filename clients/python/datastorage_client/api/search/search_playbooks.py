from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.search_include import SearchInclude
from ...models.search_mode import SearchMode
from ...models.search_rank import SearchRank
from ...models.search_result import SearchResult
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    query: str | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    risk_tolerance: str | Unset = UNSET,
    business_category: str | Unset = UNSET,
    resource_management: str | Unset = UNSET,
    gitops_tool: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    top_k: int | Unset = UNSET,
    min_similarity: float | Unset = UNSET,
    mode: SearchMode | Unset = UNSET,
    rank: SearchRank | Unset = UNSET,
    exact: bool | Unset = False,
    explain: bool | Unset = False,
    why_not: str | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    include: list[SearchInclude] | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    params: dict[str, Any] = {}

    params["query"] = query

    params["signal_type"] = signal_type

    params["severity"] = severity

    params["component"] = component

    params["environment"] = environment

    params["priority"] = priority

    params["risk_tolerance"] = risk_tolerance

    params["business_category"] = business_category

    params["resource_management"] = resource_management

    params["gitops_tool"] = gitops_tool

    json_label: list[str] | Unset = UNSET
    if not isinstance(label, Unset):
        json_label = label

    params["label"] = json_label

    json_schema_label: list[str] | Unset = UNSET
    if not isinstance(schema_label, Unset):
        json_schema_label = schema_label

    params["schema_label"] = json_schema_label

    params["top_k"] = top_k

    params["min_similarity"] = min_similarity

    json_mode: str | Unset = UNSET
    if not isinstance(mode, Unset):
        json_mode = mode.value

    params["mode"] = json_mode

    json_rank: str | Unset = UNSET
    if not isinstance(rank, Unset):
        json_rank = rank.value

    params["rank"] = json_rank

    params["exact"] = exact

    params["explain"] = explain

    params["why_not"] = why_not

    params["correlation_id"] = correlation_id

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item = include_item_data.value
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/playbooks/search",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SearchResult | None:
    if response.status_code == 200:
        response_200 = SearchResult.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | SearchResult]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    query: str | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    risk_tolerance: str | Unset = UNSET,
    business_category: str | Unset = UNSET,
    resource_management: str | Unset = UNSET,
    gitops_tool: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    top_k: int | Unset = UNSET,
    min_similarity: float | Unset = UNSET,
    mode: SearchMode | Unset = UNSET,
    rank: SearchRank | Unset = UNSET,
    exact: bool | Unset = False,
    explain: bool | Unset = False,
    why_not: str | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    include: list[SearchInclude] | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | SearchResult]:
    """Find playbooks by meaning

     Ranks the latest active version of every playbook by the cosine similarity of its title and
    description to
    the query, moved by labels: each of the other labels adds its weight where the playbook has the same
    value and
    takes it away where it has another one; a playbook without the label stays where it is, and `*` on
    either side
    adds half. The sum is kept within 0 to 1. `signal_type` and `severity` are strict filters. Results
    below
    `min_similarity` are not returned: an empty answer says that nothing matches.

    When the embedding model gives no vector, a hybrid search answers by labels alone and says
    `degraded`; a semantic
    one is answered 503. `explain` tells how each score came about, `why_not` why a playbook is not in
    the answer.

    Args:
        query (str | Unset): 1 to 1000 characters, not only white space.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        priority (str | Unset): One label value.
        risk_tolerance (str | Unset): One label value.
        business_category (str | Unset): One label value.
        resource_management (str | Unset): One label value.
        gitops_tool (str | Unset): One label value.
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        mode (SearchMode | Unset): `hybrid` adds the weights of labels to the similarity of
            meaning, `semantic` takes the similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank | Unset): `similarity` compares the meaning. `fusion` compares the words
            too, by the relevance, which is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x /
            (x + 10)); it takes the
            place of the similarity. Without effect where labels alone decide.
        exact (bool | Unset):  Default: False.
        explain (bool | Unset):  Default: False.
        why_not (str | Unset): Lower-case slug. `search`, `versions` and other words of the API
            are reserved. Example: example-oom-killed.
        correlation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        include (list[SearchInclude] | Unset):
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SearchResult]
    """

    kwargs = _get_kwargs(
        query=query,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        priority=priority,
        risk_tolerance=risk_tolerance,
        business_category=business_category,
        resource_management=resource_management,
        gitops_tool=gitops_tool,
        label=label,
        schema_label=schema_label,
        top_k=top_k,
        min_similarity=min_similarity,
        mode=mode,
        rank=rank,
        exact=exact,
        explain=explain,
        why_not=why_not,
        correlation_id=correlation_id,
        include=include,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    query: str | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    risk_tolerance: str | Unset = UNSET,
    business_category: str | Unset = UNSET,
    resource_management: str | Unset = UNSET,
    gitops_tool: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    top_k: int | Unset = UNSET,
    min_similarity: float | Unset = UNSET,
    mode: SearchMode | Unset = UNSET,
    rank: SearchRank | Unset = UNSET,
    exact: bool | Unset = False,
    explain: bool | Unset = False,
    why_not: str | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    include: list[SearchInclude] | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Problem | SearchResult | None:
    """Find playbooks by meaning

     Ranks the latest active version of every playbook by the cosine similarity of its title and
    description to
    the query, moved by labels: each of the other labels adds its weight where the playbook has the same
    value and
    takes it away where it has another one; a playbook without the label stays where it is, and `*` on
    either side
    adds half. The sum is kept within 0 to 1. `signal_type` and `severity` are strict filters. Results
    below
    `min_similarity` are not returned: an empty answer says that nothing matches.

    When the embedding model gives no vector, a hybrid search answers by labels alone and says
    `degraded`; a semantic
    one is answered 503. `explain` tells how each score came about, `why_not` why a playbook is not in
    the answer.

    Args:
        query (str | Unset): 1 to 1000 characters, not only white space.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        priority (str | Unset): One label value.
        risk_tolerance (str | Unset): One label value.
        business_category (str | Unset): One label value.
        resource_management (str | Unset): One label value.
        gitops_tool (str | Unset): One label value.
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        mode (SearchMode | Unset): `hybrid` adds the weights of labels to the similarity of
            meaning, `semantic` takes the similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank | Unset): `similarity` compares the meaning. `fusion` compares the words
            too, by the relevance, which is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x /
            (x + 10)); it takes the
            place of the similarity. Without effect where labels alone decide.
        exact (bool | Unset):  Default: False.
        explain (bool | Unset):  Default: False.
        why_not (str | Unset): Lower-case slug. `search`, `versions` and other words of the API
            are reserved. Example: example-oom-killed.
        correlation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        include (list[SearchInclude] | Unset):
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SearchResult
    """

    return sync_detailed(
        client=client,
        query=query,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        priority=priority,
        risk_tolerance=risk_tolerance,
        business_category=business_category,
        resource_management=resource_management,
        gitops_tool=gitops_tool,
        label=label,
        schema_label=schema_label,
        top_k=top_k,
        min_similarity=min_similarity,
        mode=mode,
        rank=rank,
        exact=exact,
        explain=explain,
        why_not=why_not,
        correlation_id=correlation_id,
        include=include,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    query: str | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    risk_tolerance: str | Unset = UNSET,
    business_category: str | Unset = UNSET,
    resource_management: str | Unset = UNSET,
    gitops_tool: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    top_k: int | Unset = UNSET,
    min_similarity: float | Unset = UNSET,
    mode: SearchMode | Unset = UNSET,
    rank: SearchRank | Unset = UNSET,
    exact: bool | Unset = False,
    explain: bool | Unset = False,
    why_not: str | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    include: list[SearchInclude] | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | SearchResult]:
    """Find playbooks by meaning

     Ranks the latest active version of every playbook by the cosine similarity of its title and
    description to
    the query, moved by labels: each of the other labels adds its weight where the playbook has the same
    value and
    takes it away where it has another one; a playbook without the label stays where it is, and `*` on
    either side
    adds half. The sum is kept within 0 to 1. `signal_type` and `severity` are strict filters. Results
    below
    `min_similarity` are not returned: an empty answer says that nothing matches.

    When the embedding model gives no vector, a hybrid search answers by labels alone and says
    `degraded`; a semantic
    one is answered 503. `explain` tells how each score came about, `why_not` why a playbook is not in
    the answer.

    Args:
        query (str | Unset): 1 to 1000 characters, not only white space.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        priority (str | Unset): One label value.
        risk_tolerance (str | Unset): One label value.
        business_category (str | Unset): One label value.
        resource_management (str | Unset): One label value.
        gitops_tool (str | Unset): One label value.
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        mode (SearchMode | Unset): `hybrid` adds the weights of labels to the similarity of
            meaning, `semantic` takes the similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank | Unset): `similarity` compares the meaning. `fusion` compares the words
            too, by the relevance, which is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x /
            (x + 10)); it takes the
            place of the similarity. Without effect where labels alone decide.
        exact (bool | Unset):  Default: False.
        explain (bool | Unset):  Default: False.
        why_not (str | Unset): Lower-case slug. `search`, `versions` and other words of the API
            are reserved. Example: example-oom-killed.
        correlation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        include (list[SearchInclude] | Unset):
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SearchResult]
    """

    kwargs = _get_kwargs(
        query=query,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        priority=priority,
        risk_tolerance=risk_tolerance,
        business_category=business_category,
        resource_management=resource_management,
        gitops_tool=gitops_tool,
        label=label,
        schema_label=schema_label,
        top_k=top_k,
        min_similarity=min_similarity,
        mode=mode,
        rank=rank,
        exact=exact,
        explain=explain,
        why_not=why_not,
        correlation_id=correlation_id,
        include=include,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    query: str | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    risk_tolerance: str | Unset = UNSET,
    business_category: str | Unset = UNSET,
    resource_management: str | Unset = UNSET,
    gitops_tool: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    top_k: int | Unset = UNSET,
    min_similarity: float | Unset = UNSET,
    mode: SearchMode | Unset = UNSET,
    rank: SearchRank | Unset = UNSET,
    exact: bool | Unset = False,
    explain: bool | Unset = False,
    why_not: str | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    include: list[SearchInclude] | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Problem | SearchResult | None:
    """Find playbooks by meaning

     Ranks the latest active version of every playbook by the cosine similarity of its title and
    description to
    the query, moved by labels: each of the other labels adds its weight where the playbook has the same
    value and
    takes it away where it has another one; a playbook without the label stays where it is, and `*` on
    either side
    adds half. The sum is kept within 0 to 1. `signal_type` and `severity` are strict filters. Results
    below
    `min_similarity` are not returned: an empty answer says that nothing matches.

    When the embedding model gives no vector, a hybrid search answers by labels alone and says
    `degraded`; a semantic
    one is answered 503. `explain` tells how each score came about, `why_not` why a playbook is not in
    the answer.

    Args:
        query (str | Unset): 1 to 1000 characters, not only white space.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        priority (str | Unset): One label value.
        risk_tolerance (str | Unset): One label value.
        business_category (str | Unset): One label value.
        resource_management (str | Unset): One label value.
        gitops_tool (str | Unset): One label value.
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        top_k (int | Unset): 1 to 100.
        min_similarity (float | Unset): Cosine similarity, 0 to 1.
        mode (SearchMode | Unset): `hybrid` adds the weights of labels to the similarity of
            meaning, `semantic` takes the similarity alone, `labels`
            the labels alone, from 0.5 on.
        rank (SearchRank | Unset): `similarity` compares the meaning. `fusion` compares the words
            too, by the relevance, which is two thirds of the
            similarity and one third of a text score (BM25 of title, description and signal type, x /
            (x + 10)); it takes the
            place of the similarity. Without effect where labels alone decide.
        exact (bool | Unset):  Default: False.
        explain (bool | Unset):  Default: False.
        why_not (str | Unset): Lower-case slug. `search`, `versions` and other words of the API
            are reserved. Example: example-oom-killed.
        correlation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        include (list[SearchInclude] | Unset):
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SearchResult
    """

    return (
        await asyncio_detailed(
            client=client,
            query=query,
            signal_type=signal_type,
            severity=severity,
            component=component,
            environment=environment,
            priority=priority,
            risk_tolerance=risk_tolerance,
            business_category=business_category,
            resource_management=resource_management,
            gitops_tool=gitops_tool,
            label=label,
            schema_label=schema_label,
            top_k=top_k,
            min_similarity=min_similarity,
            mode=mode,
            rank=rank,
            exact=exact,
            explain=explain,
            why_not=why_not,
            correlation_id=correlation_id,
            include=include,
            x_actor=x_actor,
        )
    ).parsed
