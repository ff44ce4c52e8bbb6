from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.problem_type import ProblemType
from ...types import UNSET, Response, Unset


def _get_kwargs(
    problem_type: str,
    *,
    accept: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept, Unset):
        headers["Accept"] = accept

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/problems/{problem_type}".format(
            problem_type=quote(str(problem_type), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ProblemType | None:
    if response.status_code == 200:
        response_200 = ProblemType.from_dict(response.json())

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

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ProblemType]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    problem_type: str,
    *,
    client: AuthenticatedClient | Client,
    accept: str | Unset = UNSET,
) -> Response[Problem | ProblemType]:
    """Explain a problem type

     Cause and remedy of one problem type. A browser gets a page, other clients JSON, by the `Accept`
    header.

    Args:
        problem_type (str):
        accept (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProblemType]
    """

    kwargs = _get_kwargs(
        problem_type=problem_type,
        accept=accept,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    problem_type: str,
    *,
    client: AuthenticatedClient | Client,
    accept: str | Unset = UNSET,
) -> Problem | ProblemType | None:
    """Explain a problem type

     Cause and remedy of one problem type. A browser gets a page, other clients JSON, by the `Accept`
    header.

    Args:
        problem_type (str):
        accept (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProblemType
    """

    return sync_detailed(
        problem_type=problem_type,
        client=client,
        accept=accept,
    ).parsed


async def asyncio_detailed(
    problem_type: str,
    *,
    client: AuthenticatedClient | Client,
    accept: str | Unset = UNSET,
) -> Response[Problem | ProblemType]:
    """Explain a problem type

     Cause and remedy of one problem type. A browser gets a page, other clients JSON, by the `Accept`
    header.

    Args:
        problem_type (str):
        accept (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProblemType]
    """

    kwargs = _get_kwargs(
        problem_type=problem_type,
        accept=accept,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    problem_type: str,
    *,
    client: AuthenticatedClient | Client,
    accept: str | Unset = UNSET,
) -> Problem | ProblemType | None:
    """Explain a problem type

     Cause and remedy of one problem type. A browser gets a page, other clients JSON, by the `Accept`
    header.

    Args:
        problem_type (str):
        accept (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProblemType
    """

    return (
        await asyncio_detailed(
            problem_type=problem_type,
            client=client,
            accept=accept,
        )
    ).parsed
