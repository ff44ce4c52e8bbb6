import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.playbook_version_list import PlaybookVersionList
from ...models.problem import Problem
from ...models.status import Status
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: Status | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    owner: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["signal_type"] = signal_type

    params["severity"] = severity

    params["component"] = component

    params["environment"] = environment

    params["owner"] = owner

    json_label: list[str] | Unset = UNSET
    if not isinstance(label, Unset):
        json_label = label

    params["label"] = json_label

    json_schema_label: list[str] | Unset = UNSET
    if not isinstance(schema_label, Unset):
        json_schema_label = schema_label

    params["schema_label"] = json_schema_label

    json_updated_since: str | Unset = UNSET
    if not isinstance(updated_since, Unset):
        json_updated_since = updated_since.isoformat()
    params["updated_since"] = json_updated_since

    params["q"] = q

    params["cursor"] = cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/playbooks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlaybookVersionList | Problem | None:
    if response.status_code == 200:
        response_200 = PlaybookVersionList.from_dict(response.json())

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
) -> Response[PlaybookVersionList | Problem]:
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
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    owner: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[PlaybookVersionList | Problem]:
    """List playbooks

     One item per playbook, ordered by `playbook_id`: its latest version, else its greatest. Filters are
    combined
    with AND; label values are compared without regard to case. Content is not included.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        owner (str | Unset):
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        updated_since (datetime.datetime | Unset):
        q (str | Unset):
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersionList | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        owner=owner,
        label=label,
        schema_label=schema_label,
        updated_since=updated_since,
        q=q,
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
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    owner: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> PlaybookVersionList | Problem | None:
    """List playbooks

     One item per playbook, ordered by `playbook_id`: its latest version, else its greatest. Filters are
    combined
    with AND; label values are compared without regard to case. Content is not included.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        owner (str | Unset):
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        updated_since (datetime.datetime | Unset):
        q (str | Unset):
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersionList | Problem
    """

    return sync_detailed(
        client=client,
        status=status,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        owner=owner,
        label=label,
        schema_label=schema_label,
        updated_since=updated_since,
        q=q,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    owner: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[PlaybookVersionList | Problem]:
    """List playbooks

     One item per playbook, ordered by `playbook_id`: its latest version, else its greatest. Filters are
    combined
    with AND; label values are compared without regard to case. Content is not included.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        owner (str | Unset):
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        updated_since (datetime.datetime | Unset):
        q (str | Unset):
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlaybookVersionList | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        signal_type=signal_type,
        severity=severity,
        component=component,
        environment=environment,
        owner=owner,
        label=label,
        schema_label=schema_label,
        updated_since=updated_since,
        q=q,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    status: Status | Unset = UNSET,
    signal_type: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    component: str | Unset = UNSET,
    environment: str | Unset = UNSET,
    owner: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    schema_label: list[str] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
) -> PlaybookVersionList | Problem | None:
    """List playbooks

     One item per playbook, ordered by `playbook_id`: its latest version, else its greatest. Filters are
    combined
    with AND; label values are compared without regard to case. Content is not included.

    Args:
        status (Status | Unset): Lifecycle status of a version.
        signal_type (str | Unset): One label value.
        severity (str | Unset): One label value.
        component (str | Unset): One label value.
        environment (str | Unset): One label value.
        owner (str | Unset):
        label (list[str] | Unset):
        schema_label (list[str] | Unset):
        updated_since (datetime.datetime | Unset):
        q (str | Unset):
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlaybookVersionList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            signal_type=signal_type,
            severity=severity,
            component=component,
            environment=environment,
            owner=owner,
            label=label,
            schema_label=schema_label,
            updated_since=updated_since,
            q=q,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
