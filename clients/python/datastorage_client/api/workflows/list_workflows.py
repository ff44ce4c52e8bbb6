from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.status import Status
from ...models.workflow_list import WorkflowList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: Status | Unset = UNSET,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["label.signal-type"] = label_signal_type

    params["label.severity"] = label_severity

    params["label.component"] = label_component

    params["label.environment"] = label_environment

    params["label.priority"] = label_priority

    params["label.risk-tolerance"] = label_risk_tolerance

    params["label.business-category"] = label_business_category

    params["label.resource-management"] = label_resource_management

    params["label.gitops-tool"] = label_gitops_tool

    params["cursor"] = cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/workflows",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | WorkflowList | None:
    if response.status_code == 200:
        response_200 = WorkflowList.from_dict(response.json())

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
) -> Response[Problem | WorkflowList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[Problem | WorkflowList]:
    """List playbooks under the V1.0 names

     What `GET /api/v1/playbooks` does: one item per workflow, its latest version, else its greatest,
    ordered by
    `workflow_id`, without content. Every filter must match.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowList]
    """

    kwargs = _get_kwargs(
        status=status,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Problem | WorkflowList | None:
    """List playbooks under the V1.0 names

     What `GET /api/v1/playbooks` does: one item per workflow, its latest version, else its greatest,
    ordered by
    `workflow_id`, without content. Every filter must match.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowList
    """

    return sync_detailed(
        client=client,
        status=status,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[Problem | WorkflowList]:
    """List playbooks under the V1.0 names

     What `GET /api/v1/playbooks` does: one item per workflow, its latest version, else its greatest,
    ordered by
    `workflow_id`, without content. Every filter must match.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowList]
    """

    kwargs = _get_kwargs(
        status=status,
        label_signal_type=label_signal_type,
        label_severity=label_severity,
        label_component=label_component,
        label_environment=label_environment,
        label_priority=label_priority,
        label_risk_tolerance=label_risk_tolerance,
        label_business_category=label_business_category,
        label_resource_management=label_resource_management,
        label_gitops_tool=label_gitops_tool,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    label_signal_type: str | Unset = UNSET,
    label_severity: str | Unset = UNSET,
    label_component: str | Unset = UNSET,
    label_environment: str | Unset = UNSET,
    label_priority: str | Unset = UNSET,
    label_risk_tolerance: str | Unset = UNSET,
    label_business_category: str | Unset = UNSET,
    label_resource_management: str | Unset = UNSET,
    label_gitops_tool: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Problem | WorkflowList | None:
    """List playbooks under the V1.0 names

     What `GET /api/v1/playbooks` does: one item per workflow, its latest version, else its greatest,
    ordered by
    `workflow_id`, without content. Every filter must match.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        label_signal_type (str | Unset): One label value.
        label_severity (str | Unset): One label value.
        label_component (str | Unset): One label value.
        label_environment (str | Unset): One label value.
        label_priority (str | Unset): One label value.
        label_risk_tolerance (str | Unset): One label value.
        label_business_category (str | Unset): One label value.
        label_resource_management (str | Unset): One label value.
        label_gitops_tool (str | Unset): One label value.
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowList
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            label_signal_type=label_signal_type,
            label_severity=label_severity,
            label_component=label_component,
            label_environment=label_environment,
            label_priority=label_priority,
            label_risk_tolerance=label_risk_tolerance,
            label_business_category=label_business_category,
            label_resource_management=label_resource_management,
            label_gitops_tool=label_gitops_tool,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
