from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_event_input import AuditEventInput
from ...models.audit_receipt import AuditReceipt
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: AuditEventInput,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/audit/events",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AuditReceipt | Problem | None:
    if response.status_code == 201:
        response_201 = AuditReceipt.from_dict(response.json())

        return response_201

    if response.status_code == 202:
        response_202 = AuditReceipt.from_dict(response.json())

        return response_202

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
) -> Response[AuditReceipt | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AuditEventInput,
) -> Response[AuditReceipt | Problem]:
    """Record one event

     201 says that the event is committed. 202 says that the database cannot be reached, and that the
    event is
    durable in the queue, from which it is recorded as soon as the database is back; so is an event
    whose parent may
    still be in the queue. When neither can hold it the answer is 503.

    A repeat with the same `event_id` and equal content is answered as the first; the same `event_id`
    with other
    content is refused with 409. A caller that gives no `event_id` is given one, and cannot repeat
    safely when the
    answer is lost.

    The time of an event may lie at most 7 days in the past and 60 minutes in the future, unless the
    service is
    configured otherwise. Numbers in `event_data` and `event_metadata` that a double cannot hold exactly
    are refused.

    Args:
        body (AuditEventInput): One event, as a caller reports it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditReceipt | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: AuditEventInput,
) -> AuditReceipt | Problem | None:
    """Record one event

     201 says that the event is committed. 202 says that the database cannot be reached, and that the
    event is
    durable in the queue, from which it is recorded as soon as the database is back; so is an event
    whose parent may
    still be in the queue. When neither can hold it the answer is 503.

    A repeat with the same `event_id` and equal content is answered as the first; the same `event_id`
    with other
    content is refused with 409. A caller that gives no `event_id` is given one, and cannot repeat
    safely when the
    answer is lost.

    The time of an event may lie at most 7 days in the past and 60 minutes in the future, unless the
    service is
    configured otherwise. Numbers in `event_data` and `event_metadata` that a double cannot hold exactly
    are refused.

    Args:
        body (AuditEventInput): One event, as a caller reports it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditReceipt | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AuditEventInput,
) -> Response[AuditReceipt | Problem]:
    """Record one event

     201 says that the event is committed. 202 says that the database cannot be reached, and that the
    event is
    durable in the queue, from which it is recorded as soon as the database is back; so is an event
    whose parent may
    still be in the queue. When neither can hold it the answer is 503.

    A repeat with the same `event_id` and equal content is answered as the first; the same `event_id`
    with other
    content is refused with 409. A caller that gives no `event_id` is given one, and cannot repeat
    safely when the
    answer is lost.

    The time of an event may lie at most 7 days in the past and 60 minutes in the future, unless the
    service is
    configured otherwise. Numbers in `event_data` and `event_metadata` that a double cannot hold exactly
    are refused.

    Args:
        body (AuditEventInput): One event, as a caller reports it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditReceipt | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: AuditEventInput,
) -> AuditReceipt | Problem | None:
    """Record one event

     201 says that the event is committed. 202 says that the database cannot be reached, and that the
    event is
    durable in the queue, from which it is recorded as soon as the database is back; so is an event
    whose parent may
    still be in the queue. When neither can hold it the answer is 503.

    A repeat with the same `event_id` and equal content is answered as the first; the same `event_id`
    with other
    content is refused with 409. A caller that gives no `event_id` is given one, and cannot repeat
    safely when the
    answer is lost.

    The time of an event may lie at most 7 days in the past and 60 minutes in the future, unless the
    service is
    configured otherwise. Numbers in `event_data` and `event_metadata` that a double cannot hold exactly
    are refused.

    Args:
        body (AuditEventInput): One event, as a caller reports it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditReceipt | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
