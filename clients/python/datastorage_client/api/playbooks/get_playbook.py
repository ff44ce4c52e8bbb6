from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.playbook_version import PlaybookVersion
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    playbook_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/playbooks/{playbook_id}".format(
            playbook_id=quote(str(playbook_id), safe=""),
        ),
    }

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
    *,
    client: AuthenticatedClient | Client,
) -> Response[PlaybookVersion | Problem]:
    """Get the latest version of a playbook

     The greatest active stable version; if no stable version is active, the greatest active pre-release.
    When a
    greater version exists that is not the latest, `newer_version` names it and says why it is not used.
    With no
    active version the answer is the problem `no-active-version`.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> PlaybookVersion | Problem | None:
    """Get the latest version of a playbook

     The greatest active stable version; if no stable version is active, the greatest active pre-release.
    When a
    greater version exists that is not the latest, `newer_version` names it and says why it is not used.
    With no
    active version the answer is the problem `no-active-version`.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem
    """

    return sync_detailed(
        playbook_id=playbook_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[PlaybookVersion | Problem]:
    """Get the latest version of a playbook

     The greatest active stable version; if no stable version is active, the greatest active pre-release.
    When a
    greater version exists that is not the latest, `newer_version` names it and says why it is not used.
    With no
    active version the answer is the problem `no-active-version`.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    playbook_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> PlaybookVersion | Problem | None:
    """Get the latest version of a playbook

     The greatest active stable version; if no stable version is active, the greatest active pre-release.
    When a
    greater version exists that is not the latest, `newer_version` names it and says why it is not used.
    With no
    active version the answer is the problem `no-active-version`.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem
    """

    return (
        await asyncio_detailed(
            playbook_id=playbook_id,
            client=client,
        )
    ).parsed
