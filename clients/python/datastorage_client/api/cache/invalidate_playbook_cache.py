from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cache_invalidation import CacheInvalidation
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    playbook_id: str,
    *,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/cache/playbooks/{playbook_id}".format(
            playbook_id=quote(str(playbook_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CacheInvalidation | Problem | None:
    if response.status_code == 200:
        response_200 = CacheInvalidation.from_dict(response.json())

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
) -> Response[CacheInvalidation | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> Response[CacheInvalidation | Problem]:
    """Remove the cached vectors of one playbook

     Removes the cached vectors of all versions of a playbook, and ends all cached answers to searches. A
    playbook that
    there is not has none: 0 is an answer. The call is noted in the audit trail.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheInvalidation | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> CacheInvalidation | Problem | None:
    """Remove the cached vectors of one playbook

     Removes the cached vectors of all versions of a playbook, and ends all cached answers to searches. A
    playbook that
    there is not has none: 0 is an answer. The call is noted in the audit trail.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CacheInvalidation | Problem
    """

    return sync_detailed(
        playbook_id=playbook_id,
        client=client,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> Response[CacheInvalidation | Problem]:
    """Remove the cached vectors of one playbook

     Removes the cached vectors of all versions of a playbook, and ends all cached answers to searches. A
    playbook that
    there is not has none: 0 is an answer. The call is noted in the audit trail.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheInvalidation | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> CacheInvalidation | Problem | None:
    """Remove the cached vectors of one playbook

     Removes the cached vectors of all versions of a playbook, and ends all cached answers to searches. A
    playbook that
    there is not has none: 0 is an answer. The call is noted in the audit trail.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CacheInvalidation | Problem
    """

    return (
        await asyncio_detailed(
            playbook_id=playbook_id,
            client=client,
            x_actor=x_actor,
        )
    ).parsed
