from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_verification import AuditVerification
from ...models.audit_verify_request import AuditVerifyRequest
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: AuditVerifyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/audit/verify",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AuditVerification | Problem | None:
    if response.status_code == 200:
        response_200 = AuditVerification.from_dict(response.json())

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
) -> Response[AuditVerification | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AuditVerifyRequest,
) -> Response[AuditVerification | Problem]:
    """Prove that the trail is what was recorded

     Computes the hashes of the trail anew and says what is wrong first. `{}` verifies all chains and
    what stands beside
    them, `chain_id` one chain, `correlation_id` every chain that has an event of that correlation.

    One call reads at most `limit` events, and stops earlier when it takes long. It then answers
    `complete: false` and
    `resume`: send that with the same `chain_id` or `correlation_id` to go on. The counts are those of
    all calls so far.
    `valid` is true only when everything was read and nothing is wrong; while `complete` is false, a
    `first_break` says
    that something is.

    `expected_heads` is an export of `GET /api/v1/audit/heads` that was kept elsewhere, or a part of
    one: what it says
    must still hold. It is compared whole, before anything else, in each call that has it.

    Args:
        body (AuditVerifyRequest): What is to be verified; all, when neither a chain nor a
            correlation is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditVerification | Problem]
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
    body: AuditVerifyRequest,
) -> AuditVerification | Problem | None:
    """Prove that the trail is what was recorded

     Computes the hashes of the trail anew and says what is wrong first. `{}` verifies all chains and
    what stands beside
    them, `chain_id` one chain, `correlation_id` every chain that has an event of that correlation.

    One call reads at most `limit` events, and stops earlier when it takes long. It then answers
    `complete: false` and
    `resume`: send that with the same `chain_id` or `correlation_id` to go on. The counts are those of
    all calls so far.
    `valid` is true only when everything was read and nothing is wrong; while `complete` is false, a
    `first_break` says
    that something is.

    `expected_heads` is an export of `GET /api/v1/audit/heads` that was kept elsewhere, or a part of
    one: what it says
    must still hold. It is compared whole, before anything else, in each call that has it.

    Args:
        body (AuditVerifyRequest): What is to be verified; all, when neither a chain nor a
            correlation is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditVerification | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: AuditVerifyRequest,
) -> Response[AuditVerification | Problem]:
    """Prove that the trail is what was recorded

     Computes the hashes of the trail anew and says what is wrong first. `{}` verifies all chains and
    what stands beside
    them, `chain_id` one chain, `correlation_id` every chain that has an event of that correlation.

    One call reads at most `limit` events, and stops earlier when it takes long. It then answers
    `complete: false` and
    `resume`: send that with the same `chain_id` or `correlation_id` to go on. The counts are those of
    all calls so far.
    `valid` is true only when everything was read and nothing is wrong; while `complete` is false, a
    `first_break` says
    that something is.

    `expected_heads` is an export of `GET /api/v1/audit/heads` that was kept elsewhere, or a part of
    one: what it says
    must still hold. It is compared whole, before anything else, in each call that has it.

    Args:
        body (AuditVerifyRequest): What is to be verified; all, when neither a chain nor a
            correlation is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditVerification | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: AuditVerifyRequest,
) -> AuditVerification | Problem | None:
    """Prove that the trail is what was recorded

     Computes the hashes of the trail anew and says what is wrong first. `{}` verifies all chains and
    what stands beside
    them, `chain_id` one chain, `correlation_id` every chain that has an event of that correlation.

    One call reads at most `limit` events, and stops earlier when it takes long. It then answers
    `complete: false` and
    `resume`: send that with the same `chain_id` or `correlation_id` to go on. The counts are those of
    all calls so far.
    `valid` is true only when everything was read and nothing is wrong; while `complete` is false, a
    `first_break` says
    that something is.

    `expected_heads` is an export of `GET /api/v1/audit/heads` that was kept elsewhere, or a part of
    one: what it says
    must still hold. It is compared whole, before anything else, in each call that has it.

    Args:
        body (AuditVerifyRequest): What is to be verified; all, when neither a chain nor a
            correlation is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditVerification | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
