from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.deprecate_request import DeprecateRequest
from ...models.playbook_version import PlaybookVersion
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    playbook_id: str,
    version: str,
    *,
    body: DeprecateRequest,
    x_actor: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/playbooks/{playbook_id}/{version}/deprecate".format(
            playbook_id=quote(str(playbook_id), safe=""),
            version=quote(str(version), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlaybookVersion | Problem | None:
    if response.status_code == 200:
        response_200 = PlaybookVersion.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PlaybookVersion | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    playbook_id: str,
    version: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeprecateRequest,
    x_actor: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[PlaybookVersion | Problem]:
    """Deprecate a version

     An active or disabled version becomes deprecated, for good. Reason and actor become a part of the
    history. The latest version, and what searches find, follow in the same
    transaction.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        if_match (str | Unset):
        body (DeprecateRequest): Why a version is deprecated, and what to use instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        version=version,
        body=body,
        x_actor=x_actor,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    playbook_id: str,
    version: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeprecateRequest,
    x_actor: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> PlaybookVersion | Problem | None:
    """Deprecate a version

     An active or disabled version becomes deprecated, for good. Reason and actor become a part of the
    history. The latest version, and what searches find, follow in the same
    transaction.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        if_match (str | Unset):
        body (DeprecateRequest): Why a version is deprecated, and what to use instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem
    """

    return sync_detailed(
        playbook_id=playbook_id,
        version=version,
        client=client,
        body=body,
        x_actor=x_actor,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    playbook_id: str,
    version: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeprecateRequest,
    x_actor: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[PlaybookVersion | Problem]:
    """Deprecate a version

     An active or disabled version becomes deprecated, for good. Reason and actor become a part of the
    history. The latest version, and what searches find, follow in the same
    transaction.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        if_match (str | Unset):
        body (DeprecateRequest): Why a version is deprecated, and what to use instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        version=version,
        body=body,
        x_actor=x_actor,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    playbook_id: str,
    version: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeprecateRequest,
    x_actor: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> PlaybookVersion | Problem | None:
    """Deprecate a version

     An active or disabled version becomes deprecated, for good. Reason and actor become a part of the
    history. The latest version, and what searches find, follow in the same
    transaction.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        version (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        if_match (str | Unset):
        body (DeprecateRequest): Why a version is deprecated, and what to use instead.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem
    """

    return (
        await asyncio_detailed(
            playbook_id=playbook_id,
            version=version,
            client=client,
            body=body,
            x_actor=x_actor,
            if_match=if_match,
        )
    ).parsed
