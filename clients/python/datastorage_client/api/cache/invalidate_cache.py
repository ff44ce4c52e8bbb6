from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cache_invalidation import CacheInvalidation
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/cache/playbooks",
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
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> Response[CacheInvalidation | Problem]:
    """Remove all cached vectors and answers

     Removes the cached vectors of all playbooks, and ends all cached answers to searches, in every
    process. Nothing
    that is served depends on it: what is cached is never out of date. The call is noted in the audit
    trail.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheInvalidation | Problem]
    """

    kwargs = _get_kwargs(
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> CacheInvalidation | Problem | None:
    """Remove all cached vectors and answers

     Removes the cached vectors of all playbooks, and ends all cached answers to searches, in every
    process. Nothing
    that is served depends on it: what is cached is never out of date. The call is noted in the audit
    trail.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CacheInvalidation | Problem
    """

    return sync_detailed(
        client=client,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> Response[CacheInvalidation | Problem]:
    """Remove all cached vectors and answers

     Removes the cached vectors of all playbooks, and ends all cached answers to searches, in every
    process. Nothing
    that is served depends on it: what is cached is never out of date. The call is noted in the audit
    trail.

    Args:
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheInvalidation | Problem]
    """

    kwargs = _get_kwargs(
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    x_actor: str | Unset = UNSET,
) -> CacheInvalidation | Problem | None:
    """Remove all cached vectors and answers

     Removes the cached vectors of all playbooks, and ends all cached answers to searches, in every
    process. Nothing
    that is served depends on it: what is cached is never out of date. The call is noted in the audit
    trail.

    Args:
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
            client=client,
            x_actor=x_actor,
        )
    ).parsed
