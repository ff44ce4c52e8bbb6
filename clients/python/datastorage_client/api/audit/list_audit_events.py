from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_event_list import AuditEventList
from ...models.audit_order import AuditOrder
from ...models.audit_outcome import AuditOutcome
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    correlation_id: str | Unset = UNSET,
    event_type: str | Unset = UNSET,
    event_category: str | Unset = UNSET,
    event_action: str | Unset = UNSET,
    event_outcome: AuditOutcome | Unset = UNSET,
    severity: str | Unset = UNSET,
    actor_type: str | Unset = UNSET,
    actor_id: str | Unset = UNSET,
    resource_type: str | Unset = UNSET,
    resource_id: str | Unset = UNSET,
    namespace: str | Unset = UNSET,
    trace_id: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
    order: AuditOrder | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    with_total: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["correlation_id"] = correlation_id

    params["event_type"] = event_type

    params["event_category"] = event_category

    params["event_action"] = event_action

    json_event_outcome: str | Unset = UNSET
    if not isinstance(event_outcome, Unset):
        json_event_outcome = event_outcome.value

    params["event_outcome"] = json_event_outcome

    params["severity"] = severity

    params["actor_type"] = actor_type

    params["actor_id"] = actor_id

    params["resource_type"] = resource_type

    params["resource_id"] = resource_id

    params["namespace"] = namespace

    params["trace_id"] = trace_id

    params["since"] = since

    params["until"] = until

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order.value

    params["order"] = json_order

    params["limit"] = limit

    params["offset"] = offset

    params["cursor"] = cursor

    params["with_total"] = with_total

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/audit/events",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AuditEventList | Problem | None:
    if response.status_code == 200:
        response_200 = AuditEventList.from_dict(response.json())

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
) -> Response[AuditEventList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    correlation_id: str | Unset = UNSET,
    event_type: str | Unset = UNSET,
    event_category: str | Unset = UNSET,
    event_action: str | Unset = UNSET,
    event_outcome: AuditOutcome | Unset = UNSET,
    severity: str | Unset = UNSET,
    actor_type: str | Unset = UNSET,
    actor_id: str | Unset = UNSET,
    resource_type: str | Unset = UNSET,
    resource_id: str | Unset = UNSET,
    namespace: str | Unset = UNSET,
    trace_id: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
    order: AuditOrder | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    with_total: bool | Unset = False,
) -> Response[AuditEventList | Problem]:
    """List events

     Filters are combined with AND and compared exactly. The newest event comes first; a walk by `cursor`
    then neither
    repeats nor misses an event that was committed before the walk began, and shows later ones only
    where their time
    lies below the cursor. `order=recorded` lists in the order of recording, oldest first, and only what
    no running
    transaction can still come before: a walk that goes on for ever sees every event once, late ones
    too. It always
    has a `next_cursor`.

    A page is reached by `offset` or by `cursor`; a deep offset costs what it skips, a cursor does not.

    Args:
        correlation_id (str | Unset):
        event_type (str | Unset):
        event_category (str | Unset):
        event_action (str | Unset):
        event_outcome (AuditOutcome | Unset): How the event ended.
        severity (str | Unset):
        actor_type (str | Unset):
        actor_id (str | Unset):
        resource_type (str | Unset):
        resource_id (str | Unset):
        namespace (str | Unset):
        trace_id (str | Unset):
        since (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        until (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        order (AuditOrder | Unset): By event time, newest first; or in the order of recording,
            oldest first.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        with_total (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditEventList | Problem]
    """

    kwargs = _get_kwargs(
        correlation_id=correlation_id,
        event_type=event_type,
        event_category=event_category,
        event_action=event_action,
        event_outcome=event_outcome,
        severity=severity,
        actor_type=actor_type,
        actor_id=actor_id,
        resource_type=resource_type,
        resource_id=resource_id,
        namespace=namespace,
        trace_id=trace_id,
        since=since,
        until=until,
        order=order,
        limit=limit,
        offset=offset,
        cursor=cursor,
        with_total=with_total,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    correlation_id: str | Unset = UNSET,
    event_type: str | Unset = UNSET,
    event_category: str | Unset = UNSET,
    event_action: str | Unset = UNSET,
    event_outcome: AuditOutcome | Unset = UNSET,
    severity: str | Unset = UNSET,
    actor_type: str | Unset = UNSET,
    actor_id: str | Unset = UNSET,
    resource_type: str | Unset = UNSET,
    resource_id: str | Unset = UNSET,
    namespace: str | Unset = UNSET,
    trace_id: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
    order: AuditOrder | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    with_total: bool | Unset = False,
) -> AuditEventList | Problem | None:
    """List events

     Filters are combined with AND and compared exactly. The newest event comes first; a walk by `cursor`
    then neither
    repeats nor misses an event that was committed before the walk began, and shows later ones only
    where their time
    lies below the cursor. `order=recorded` lists in the order of recording, oldest first, and only what
    no running
    transaction can still come before: a walk that goes on for ever sees every event once, late ones
    too. It always
    has a `next_cursor`.

    A page is reached by `offset` or by `cursor`; a deep offset costs what it skips, a cursor does not.

    Args:
        correlation_id (str | Unset):
        event_type (str | Unset):
        event_category (str | Unset):
        event_action (str | Unset):
        event_outcome (AuditOutcome | Unset): How the event ended.
        severity (str | Unset):
        actor_type (str | Unset):
        actor_id (str | Unset):
        resource_type (str | Unset):
        resource_id (str | Unset):
        namespace (str | Unset):
        trace_id (str | Unset):
        since (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        until (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        order (AuditOrder | Unset): By event time, newest first; or in the order of recording,
            oldest first.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        with_total (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditEventList | Problem
    """

    return sync_detailed(
        client=client,
        correlation_id=correlation_id,
        event_type=event_type,
        event_category=event_category,
        event_action=event_action,
        event_outcome=event_outcome,
        severity=severity,
        actor_type=actor_type,
        actor_id=actor_id,
        resource_type=resource_type,
        resource_id=resource_id,
        namespace=namespace,
        trace_id=trace_id,
        since=since,
        until=until,
        order=order,
        limit=limit,
        offset=offset,
        cursor=cursor,
        with_total=with_total,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    correlation_id: str | Unset = UNSET,
    event_type: str | Unset = UNSET,
    event_category: str | Unset = UNSET,
    event_action: str | Unset = UNSET,
    event_outcome: AuditOutcome | Unset = UNSET,
    severity: str | Unset = UNSET,
    actor_type: str | Unset = UNSET,
    actor_id: str | Unset = UNSET,
    resource_type: str | Unset = UNSET,
    resource_id: str | Unset = UNSET,
    namespace: str | Unset = UNSET,
    trace_id: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
    order: AuditOrder | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    with_total: bool | Unset = False,
) -> Response[AuditEventList | Problem]:
    """List events

     Filters are combined with AND and compared exactly. The newest event comes first; a walk by `cursor`
    then neither
    repeats nor misses an event that was committed before the walk began, and shows later ones only
    where their time
    lies below the cursor. `order=recorded` lists in the order of recording, oldest first, and only what
    no running
    transaction can still come before: a walk that goes on for ever sees every event once, late ones
    too. It always
    has a `next_cursor`.

    A page is reached by `offset` or by `cursor`; a deep offset costs what it skips, a cursor does not.

    Args:
        correlation_id (str | Unset):
        event_type (str | Unset):
        event_category (str | Unset):
        event_action (str | Unset):
        event_outcome (AuditOutcome | Unset): How the event ended.
        severity (str | Unset):
        actor_type (str | Unset):
        actor_id (str | Unset):
        resource_type (str | Unset):
        resource_id (str | Unset):
        namespace (str | Unset):
        trace_id (str | Unset):
        since (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        until (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        order (AuditOrder | Unset): By event time, newest first; or in the order of recording,
            oldest first.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        with_total (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditEventList | Problem]
    """

    kwargs = _get_kwargs(
        correlation_id=correlation_id,
        event_type=event_type,
        event_category=event_category,
        event_action=event_action,
        event_outcome=event_outcome,
        severity=severity,
        actor_type=actor_type,
        actor_id=actor_id,
        resource_type=resource_type,
        resource_id=resource_id,
        namespace=namespace,
        trace_id=trace_id,
        since=since,
        until=until,
        order=order,
        limit=limit,
        offset=offset,
        cursor=cursor,
        with_total=with_total,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    correlation_id: str | Unset = UNSET,
    event_type: str | Unset = UNSET,
    event_category: str | Unset = UNSET,
    event_action: str | Unset = UNSET,
    event_outcome: AuditOutcome | Unset = UNSET,
    severity: str | Unset = UNSET,
    actor_type: str | Unset = UNSET,
    actor_id: str | Unset = UNSET,
    resource_type: str | Unset = UNSET,
    resource_id: str | Unset = UNSET,
    namespace: str | Unset = UNSET,
    trace_id: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
    order: AuditOrder | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    with_total: bool | Unset = False,
) -> AuditEventList | Problem | None:
    """List events

     Filters are combined with AND and compared exactly. The newest event comes first; a walk by `cursor`
    then neither
    repeats nor misses an event that was committed before the walk began, and shows later ones only
    where their time
    lies below the cursor. `order=recorded` lists in the order of recording, oldest first, and only what
    no running
    transaction can still come before: a walk that goes on for ever sees every event once, late ones
    too. It always
    has a `next_cursor`.

    A page is reached by `offset` or by `cursor`; a deep offset costs what it skips, a cursor does not.

    Args:
        correlation_id (str | Unset):
        event_type (str | Unset):
        event_category (str | Unset):
        event_action (str | Unset):
        event_outcome (AuditOutcome | Unset): How the event ended.
        severity (str | Unset):
        actor_type (str | Unset):
        actor_id (str | Unset):
        resource_type (str | Unset):
        resource_id (str | Unset):
        namespace (str | Unset):
        trace_id (str | Unset):
        since (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        until (str | Unset): A time in RFC 3339, or how long ago. Example: 24h.
        order (AuditOrder | Unset): By event time, newest first; or in the order of recording,
            oldest first.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        with_total (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditEventList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            correlation_id=correlation_id,
            event_type=event_type,
            event_category=event_category,
            event_action=event_action,
            event_outcome=event_outcome,
            severity=severity,
            actor_type=actor_type,
            actor_id=actor_id,
            resource_type=resource_type,
            resource_id=resource_id,
            namespace=namespace,
            trace_id=trace_id,
            since=since,
            until=until,
            order=order,
            limit=limit,
            offset=offset,
            cursor=cursor,
            with_total=with_total,
        )
    ).parsed
