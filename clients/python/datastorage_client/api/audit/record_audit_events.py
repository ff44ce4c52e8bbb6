from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_batch_receipt import AuditBatchReceipt
from ...models.audit_event_input import AuditEventInput
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: list[AuditEventInput],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/audit/events/batch",
    }

    _kwargs["json"] = []
    for body_item_data in body:
        body_item = body_item_data.to_dict()
        _kwargs["json"].append(body_item)

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AuditBatchReceipt | Problem | None:
    if response.status_code == 201:
        response_201 = AuditBatchReceipt.from_dict(response.json())

        return response_201

    if response.status_code == 202:
        response_202 = AuditBatchReceipt.from_dict(response.json())

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
) -> Response[AuditBatchReceipt | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: list[AuditEventInput],
) -> Response[AuditBatchReceipt | Problem]:
    """Record up to 500 events, all or none

     The events are recorded in one transaction or none is; parents in the same batch may stand in any
    order. Otherwise
    the rules are those of one event. `errors` names each bad item by its index.

    The body may not be larger than that of any other call (8 MiB unless the service is configured
    otherwise), nor
    have more than 100,000 JSON values: a batch of large events has to be split.

    Args:
        body (list[AuditEventInput]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditBatchReceipt | Problem]
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
    body: list[AuditEventInput],
) -> AuditBatchReceipt | Problem | None:
    """Record up to 500 events, all or none

     The events are recorded in one transaction or none is; parents in the same batch may stand in any
    order. Otherwise
    the rules are those of one event. `errors` names each bad item by its index.

    The body may not be larger than that of any other call (8 MiB unless the service is configured
    otherwise), nor
    have more than 100,000 JSON values: a batch of large events has to be split.

    Args:
        body (list[AuditEventInput]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditBatchReceipt | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: list[AuditEventInput],
) -> Response[AuditBatchReceipt | Problem]:
    """Record up to 500 events, all or none

     The events are recorded in one transaction or none is; parents in the same batch may stand in any
    order. Otherwise
    the rules are those of one event. `errors` names each bad item by its index.

    The body may not be larger than that of any other call (8 MiB unless the service is configured
    otherwise), nor
    have more than 100,000 JSON values: a batch of large events has to be split.

    Args:
        body (list[AuditEventInput]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditBatchReceipt | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: list[AuditEventInput],
) -> AuditBatchReceipt | Problem | None:
    """Record up to 500 events, all or none

     The events are recorded in one transaction or none is; parents in the same batch may stand in any
    order. Otherwise
    the rules are those of one event. `errors` names each bad item by its index.

    The body may not be larger than that of any other call (8 MiB unless the service is configured
    otherwise), nor
    have more than 100,000 JSON values: a batch of large events has to be split.

    Args:
        body (list[AuditEventInput]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditBatchReceipt | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
