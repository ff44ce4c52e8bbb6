from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cache_ttl import CacheTTL
from ...models.cache_ttl_request import CacheTTLRequest
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    playbook_id: str,
    *,
    body: CacheTTLRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/cache/playbooks/{playbook_id}".format(
            playbook_id=quote(str(playbook_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CacheTTL | Problem | None:
    if response.status_code == 200:
        response_200 = CacheTTL.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CacheTTL | Problem]:
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
    body: CacheTTLRequest,
) -> Response[CacheTTL | Problem]:
    """Say for how long the vectors of one playbook are cached

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        body (CacheTTLRequest): For how long vectors are cached.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheTTL | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CacheTTLRequest,
) -> CacheTTL | Problem | None:
    """Say for how long the vectors of one playbook are cached

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        body (CacheTTLRequest): For how long vectors are cached.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CacheTTL | Problem
    """

    return sync_detailed(
        playbook_id=playbook_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CacheTTLRequest,
) -> Response[CacheTTL | Problem]:
    """Say for how long the vectors of one playbook are cached

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        body (CacheTTLRequest): For how long vectors are cached.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CacheTTL | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: CacheTTLRequest,
) -> CacheTTL | Problem | None:
    """Say for how long the vectors of one playbook are cached

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        body (CacheTTLRequest): For how long vectors are cached.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CacheTTL | Problem
    """

    return (
        await asyncio_detailed(
            playbook_id=playbook_id,
            client=client,
            body=body,
        )
    ).parsed
