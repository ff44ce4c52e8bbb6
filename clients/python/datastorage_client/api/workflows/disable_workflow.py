from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.workflow_list import WorkflowList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workflow_id: str,
    *,
    reason: str,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    params: dict[str, Any] = {}

    params["reason"] = reason

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/workflows/{workflow_id}".format(
            workflow_id=quote(str(workflow_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | WorkflowList | None:
    if response.status_code == 200:
        response_200 = WorkflowList.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
    workflow_id: str,
    *,
    client: AuthenticatedClient | Client,
    reason: str,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | WorkflowList]:
    """Disable every active version

     What `PATCH /api/v1/playbooks/{playbook_id}/disable` does. Nothing is erased: versions can be read
    as before, and
    brought back there. A repeat changes nothing.

    Args:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        reason (str): Why, for those who read the history; not only white space. Example: restarts
            the wrong deployment.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowList]
    """

    kwargs = _get_kwargs(
        workflow_id=workflow_id,
        reason=reason,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    workflow_id: str,
    *,
    client: AuthenticatedClient | Client,
    reason: str,
    x_actor: str | Unset = UNSET,
) -> Problem | WorkflowList | None:
    """Disable every active version

     What `PATCH /api/v1/playbooks/{playbook_id}/disable` does. Nothing is erased: versions can be read
    as before, and
    brought back there. A repeat changes nothing.

    Args:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        reason (str): Why, for those who read the history; not only white space. Example: restarts
            the wrong deployment.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowList
    """

    return sync_detailed(
        workflow_id=workflow_id,
        client=client,
        reason=reason,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    workflow_id: str,
    *,
    client: AuthenticatedClient | Client,
    reason: str,
    x_actor: str | Unset = UNSET,
) -> Response[Problem | WorkflowList]:
    """Disable every active version

     What `PATCH /api/v1/playbooks/{playbook_id}/disable` does. Nothing is erased: versions can be read
    as before, and
    brought back there. A repeat changes nothing.

    Args:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        reason (str): Why, for those who read the history; not only white space. Example: restarts
            the wrong deployment.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkflowList]
    """

    kwargs = _get_kwargs(
        workflow_id=workflow_id,
        reason=reason,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    workflow_id: str,
    *,
    client: AuthenticatedClient | Client,
    reason: str,
    x_actor: str | Unset = UNSET,
) -> Problem | WorkflowList | None:
    """Disable every active version

     What `PATCH /api/v1/playbooks/{playbook_id}/disable` does. Nothing is erased: versions can be read
    as before, and
    brought back there. A repeat changes nothing.

    Args:
        workflow_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        reason (str): Why, for those who read the history; not only white space. Example: restarts
            the wrong deployment.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkflowList
    """

    return (
        await asyncio_detailed(
            workflow_id=workflow_id,
            client=client,
            reason=reason,
            x_actor=x_actor,
        )
    ).parsed
