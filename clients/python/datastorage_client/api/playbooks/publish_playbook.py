from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.if_exists import IfExists
from ...models.playbook_version import PlaybookVersion
from ...models.problem import Problem
from ...models.publish_outcome import PublishOutcome
from ...models.publish_request import PublishRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PublishRequest,
    dry_run: bool | Unset = False,
    if_exists: IfExists | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_actor, Unset):
        headers["X-Actor"] = x_actor

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    json_if_exists: str | Unset = UNSET
    if not isinstance(if_exists, Unset):
        json_if_exists = if_exists.value

    params["if_exists"] = json_if_exists

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/playbooks",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlaybookVersion | Problem | PublishOutcome | None:
    if response.status_code == 200:
        response_200 = PublishOutcome.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = PlaybookVersion.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PlaybookVersion | Problem | PublishOutcome]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: PublishRequest,
    dry_run: bool | Unset = False,
    if_exists: IfExists | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[PlaybookVersion | Problem | PublishOutcome]:
    """Publish one version of a playbook

     Stores one immutable version. The first version of a playbook may be any valid one; after that a
    stable
    version must be greater, by semantic version precedence, than the greatest stable version that
    exists, and a
    pre-release greater than the greatest stable version and than every pre-release of the same
    major.minor.patch.

    A repeat is answered with 409, or with `if_exists=return_identical` by 200 and the stored version
    when all
    that the publisher writes is equal after defaults.

    When the embedding model is not reachable the version is stored all the same, with
    `embedding_status: pending`, and embedded later.

    Args:
        dry_run (bool | Unset):  Default: False.
        if_exists (IfExists | Unset): `fail` answers 409; `return_identical` answers 200 with the
            stored version when it is identical, else 409.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (PublishRequest): What the publisher writes; immutable once stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem | PublishOutcome]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        if_exists=if_exists,
        x_actor=x_actor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: PublishRequest,
    dry_run: bool | Unset = False,
    if_exists: IfExists | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> PlaybookVersion | Problem | PublishOutcome | None:
    """Publish one version of a playbook

     Stores one immutable version. The first version of a playbook may be any valid one; after that a
    stable
    version must be greater, by semantic version precedence, than the greatest stable version that
    exists, and a
    pre-release greater than the greatest stable version and than every pre-release of the same
    major.minor.patch.

    A repeat is answered with 409, or with `if_exists=return_identical` by 200 and the stored version
    when all
    that the publisher writes is equal after defaults.

    When the embedding model is not reachable the version is stored all the same, with
    `embedding_status: pending`, and embedded later.

    Args:
        dry_run (bool | Unset):  Default: False.
        if_exists (IfExists | Unset): `fail` answers 409; `return_identical` answers 200 with the
            stored version when it is identical, else 409.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (PublishRequest): What the publisher writes; immutable once stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem | PublishOutcome
    """

    return sync_detailed(
        client=client,
        body=body,
        dry_run=dry_run,
        if_exists=if_exists,
        x_actor=x_actor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: PublishRequest,
    dry_run: bool | Unset = False,
    if_exists: IfExists | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> Response[PlaybookVersion | Problem | PublishOutcome]:
    """Publish one version of a playbook

     Stores one immutable version. The first version of a playbook may be any valid one; after that a
    stable
    version must be greater, by semantic version precedence, than the greatest stable version that
    exists, and a
    pre-release greater than the greatest stable version and than every pre-release of the same
    major.minor.patch.

    A repeat is answered with 409, or with `if_exists=return_identical` by 200 and the stored version
    when all
    that the publisher writes is equal after defaults.

    When the embedding model is not reachable the version is stored all the same, with
    `embedding_status: pending`, and embedded later.

    Args:
        dry_run (bool | Unset):  Default: False.
        if_exists (IfExists | Unset): `fail` answers 409; `return_identical` answers 200 with the
            stored version when it is identical, else 409.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (PublishRequest): What the publisher writes; immutable once stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersion | Problem | PublishOutcome]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        if_exists=if_exists,
        x_actor=x_actor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: PublishRequest,
    dry_run: bool | Unset = False,
    if_exists: IfExists | Unset = UNSET,
    x_actor: str | Unset = UNSET,
) -> PlaybookVersion | Problem | PublishOutcome | None:
    """Publish one version of a playbook

     Stores one immutable version. The first version of a playbook may be any valid one; after that a
    stable
    version must be greater, by semantic version precedence, than the greatest stable version that
    exists, and a
    pre-release greater than the greatest stable version and than every pre-release of the same
    major.minor.patch.

    A repeat is answered with 409, or with `if_exists=return_identical` by 200 and the stored version
    when all
    that the publisher writes is equal after defaults.

    When the embedding model is not reachable the version is stored all the same, with
    `embedding_status: pending`, and embedded later.

    Args:
        dry_run (bool | Unset):  Default: False.
        if_exists (IfExists | Unset): `fail` answers 409; `return_identical` answers 200 with the
            stored version when it is identical, else 409.
        x_actor (str | Unset): Name of a person or a service account, without control characters.
            Example: alice@example.com.
        body (PublishRequest): What the publisher writes; immutable once stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersion | Problem | PublishOutcome
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            dry_run=dry_run,
            if_exists=if_exists,
            x_actor=x_actor,
        )
    ).parsed
