from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.workflow import Workflow
from ...models.workflow_request import WorkflowRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: WorkflowRequest,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/workflows",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Workflow | None:
    if response.status_code == 201:
        response_201 = Workflow.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Workflow]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowRequest,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | Workflow]:
    """Publish one version under the V1.0 names

     What `POST /api/v1/playbooks` does, with its rules. Labels have hyphens or underscores. The caller
    never sends a
    vector.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (WorkflowRequest): A publish under the V1.0 names.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Workflow]
    """

    kwargs = _get_kwargs(
        body=body,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowRequest,
    x_actor: str | Unset = UNSET,
) -> Problem | Workflow | None:
    """Publish one version under the V1.0 names

     What `POST /api/v1/playbooks` does, with its rules. Labels have hyphens or underscores. The caller
    never sends a
    vector.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (WorkflowRequest): A publish under the V1.0 names.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Workflow
    """

    return sync_detailed(
        client=client,
        body=body,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowRequest,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | Workflow]:
    """Publish one version under the V1.0 names

     What `POST /api/v1/playbooks` does, with its rules. Labels have hyphens or underscores. The caller
    never sends a
    vector.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (WorkflowRequest): A publish under the V1.0 names.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Workflow]
    """

    kwargs = _get_kwargs(
        body=body,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: WorkflowRequest,
    x_actor: str | Unset = UNSET,
) -> Problem | Workflow | None:
    """Publish one version under the V1.0 names

     What `POST /api/v1/playbooks` does, with its rules. Labels have hyphens or underscores. The caller
    never sends a
    vector.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (WorkflowRequest): A publish under the V1.0 names.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Workflow
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_actor=x_actor,
        )
    ).parsed
