from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.diff_format import DiffFormat
from ...models.playbook_diff import PlaybookDiff
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    playbook_id: str,
    from_: str,
    to: str,
    *,
    format_: DiffFormat | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/playbooks/{playbook_id}/versions/{from_}/diff/{to}".format(
            playbook_id=quote(str(playbook_id), safe=""),
            from_=quote(str(from_), safe=""),
            to=quote(str(to), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PlaybookDiff | Problem | None:
    if response.status_code == 200:
        response_200 = PlaybookDiff.from_dict(response.json())

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
) -> Response[PlaybookDiff | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    playbook_id: str,
    from_: str,
    to: str,
    *,
    client: AuthenticatedClient | Client,
    format_: DiffFormat | Unset = UNSET,
) -> Response[PlaybookDiff | Problem]:
    """What differs between two versions

     `fields` gives every change in what the publishers wrote, with its class and the version bump that
    it asks for;
    `json-patch` the JSON Patch (RFC 6902) that turns the document of the one version into that of the
    other;
    `unified` a text for people. Equal versions give no changes.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        from_ (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        to (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        format_ (DiffFormat | Unset): Form of a diff.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookDiff | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        from_=from_,
        to=to,
        format_=format_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    playbook_id: str,
    from_: str,
    to: str,
    *,
    client: AuthenticatedClient | Client,
    format_: DiffFormat | Unset = UNSET,
) -> PlaybookDiff | Problem | None:
    """What differs between two versions

     `fields` gives every change in what the publishers wrote, with its class and the version bump that
    it asks for;
    `json-patch` the JSON Patch (RFC 6902) that turns the document of the one version into that of the
    other;
    `unified` a text for people. Equal versions give no changes.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        from_ (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        to (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        format_ (DiffFormat | Unset): Form of a diff.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookDiff | Problem
    """

    return sync_detailed(
        playbook_id=playbook_id,
        from_=from_,
        to=to,
        client=client,
        format_=format_,
    ).parsed


async def asyncio_detailed(
    playbook_id: str,
    from_: str,
    to: str,
    *,
    client: AuthenticatedClient | Client,
    format_: DiffFormat | Unset = UNSET,
) -> Response[PlaybookDiff | Problem]:
    """What differs between two versions

     `fields` gives every change in what the publishers wrote, with its class and the version bump that
    it asks for;
    `json-patch` the JSON Patch (RFC 6902) that turns the document of the one version into that of the
    other;
    `unified` a text for people. Equal versions give no changes.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        from_ (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        to (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        format_ (DiffFormat | Unset): Form of a diff.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookDiff | Problem]
    """

    kwargs = _get_kwargs(
        playbook_id=playbook_id,
        from_=from_,
        to=to,
        format_=format_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    playbook_id: str,
    from_: str,
    to: str,
    *,
    client: AuthenticatedClient | Client,
    format_: DiffFormat | Unset = UNSET,
) -> PlaybookDiff | Problem | None:
    """What differs between two versions

     `fields` gives every change in what the publishers wrote, with its class and the version bump that
    it asks for;
    `json-patch` the JSON Patch (RFC 6902) that turns the document of the one version into that of the
    other;
    `unified` a text for people. Equal versions give no changes.

    Args:
        playbook_id (str): Lower-case slug. `search`, `versions` and other words of the API are
            reserved. Example: example-oom-killed.
        from_ (str): Strict semantic version with leading v, without build metadata. Example:
            v1.2.3.
        to (str): Strict semantic version with leading v, without build metadata. Example: v1.2.3.
        format_ (DiffFormat | Unset): Form of a diff.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookDiff | Problem
    """

    return (
        await asyncio_detailed(
            playbook_id=playbook_id,
            from_=from_,
            to=to,
            client=client,
            format_=format_,
        )
    ).parsed
