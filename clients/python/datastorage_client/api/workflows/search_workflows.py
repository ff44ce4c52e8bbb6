from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.workflow_search_result import WorkflowSearchResult
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    query: str,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    min_confidence: float | Unset = UNSET,
    max_results: int | Unset = UNSET,
    include_disabled: bool | Unset = False,
    remediation_id: str | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    params: dict[str, Any] = {}

    params["query"] = query

    params["label.signal-type"] = label_signal_type

    params["label.severity"] = label_severity

    params["label.component"] = label_component

    params["label.environment"] = label_environment

    params["label.priority"] = label_priority

    params["label.risk-tolerance"] = label_risk_tolerance

    params["label.business-category"] = label_business_category

    params["label.resource-management"] = label_resource_management

    params["label.gitops-tool"] = label_gitops_tool

    params["min_confidence"] = min_confidence

    params["max_results"] = max_results

    params["include_disabled"] = include_disabled

    params["remediation_id"] = remediation_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/workflows/search",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WorkflowSearchResult | None:
    if response.status_code == 200:
        response_200 = WorkflowSearchResult.from_dict(response.json())

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
) -> Response[Problem | WorkflowSearchResult]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    min_confidence: float | Unset = UNSET,
    max_results: int | Unset = UNSET,
    include_disabled: bool | Unset = False,
    remediation_id: str | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | WorkflowSearchResult]:
    """Find playbooks under the V1.0 names

     What `GET /api/v1/playbooks/search` does in its default mode, with the whole record of each result.

    Args:
        query (str): 1 to 1000 characters, not only white space.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        min_confidence (float | Unset): Cosine similarity, 0 to 1.
        max_results (int | Unset): 1 to 100.
        include_disabled (bool | Unset):  Default: False.
        remediation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowSearchResult]
    """

    kwargs = _get_kwargs(
        query=query,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        min_confidence=min_confidence,
        max_results=max_results,
        include_disabled=include_disabled,
        remediation_id=remediation_id,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    min_confidence: float | Unset = UNSET,
    max_results: int | Unset = UNSET,
    include_disabled: bool | Unset = False,
    remediation_id: str | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Problem | WorkflowSearchResult | None:
    """Find playbooks under the V1.0 names

     What `GET /api/v1/playbooks/search` does in its default mode, with the whole record of each result.

    Args:
        query (str): 1 to 1000 characters, not only white space.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        min_confidence (float | Unset): Cosine similarity, 0 to 1.
        max_results (int | Unset): 1 to 100.
        include_disabled (bool | Unset):  Default: False.
        remediation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowSearchResult
    """

    return sync_detailed(
        client=client,
        query=query,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        min_confidence=min_confidence,
        max_results=max_results,
        include_disabled=include_disabled,
        remediation_id=remediation_id,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    min_confidence: float | Unset = UNSET,
    max_results: int | Unset = UNSET,
    include_disabled: bool | Unset = False,
    remediation_id: str | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | WorkflowSearchResult]:
    """Find playbooks under the V1.0 names

     What `GET /api/v1/playbooks/search` does in its default mode, with the whole record of each result.

    Args:
        query (str): 1 to 1000 characters, not only white space.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        min_confidence (float | Unset): Cosine similarity, 0 to 1.
        max_results (int | Unset): 1 to 100.
        include_disabled (bool | Unset):  Default: False.
        remediation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowSearchResult]
    """

    kwargs = _get_kwargs(
        query=query,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        min_confidence=min_confidence,
        max_results=max_results,
        include_disabled=include_disabled,
        remediation_id=remediation_id,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    min_confidence: float | Unset = UNSET,
    max_results: int | Unset = UNSET,
    include_disabled: bool | Unset = False,
    remediation_id: str | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Problem | WorkflowSearchResult | None:
    """Find playbooks under the V1.0 names

     What `GET /api/v1/playbooks/search` does in its default mode, with the whole record of each result.

    Args:
        query (str): 1 to 1000 characters, not only white space.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        min_confidence (float | Unset): Cosine similarity, 0 to 1.
        max_results (int | Unset): 1 to 100.
        include_disabled (bool | Unset):  Default: False.
        remediation_id (str | Unset): Binds the searches and events of one remediation together;
            without control characters. Example: rr-2026-001.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowSearchResult
    """

    return (
        await asyncio_detailed(
            client=client,
            query=query,
            label_signal_type=label_signal_type,
            label_severity=label_severity,
            label_component=label_component,
            label_environment=label_environment,
            label_priority=label_priority,
            label_risk_tolerance=label_risk_tolerance,
            label_business_category=label_business_category,
            label_resource_management=label_resource_management,
            label_gitops_tool=label_gitops_tool,
            min_confidence=min_confidence,
            max_results=max_results,
            include_disabled=include_disabled,
            remediation_id=remediation_id,
            x_actor=x_actor,
        )
    ).parsed
