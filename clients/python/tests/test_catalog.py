"""The catalog by way of the generated client: publish, conflict, search, lifecycle, history, diff."""

import uuid
from http import HTTPStatus

from datastorage_client.api.lifecycle import diff_playbook_versions, disable_playbook_version, list_playbook_history
from datastorage_client.api.playbooks import get_playbook, get_playbook_version, publish_playbook
from datastorage_client.api.search import search_playbooks, search_playbooks_by_body
from datastorage_client.client import Client
from datastorage_client.models import (
    CustomLabels,
    IfExists,
    Labels,
    PlaybookDiff,
    PlaybookVersion,
    Problem,
    PublishRequest,
    SearchLabels,
    SearchRequest,
    SearchResult,
    TransitionRequest,
)


def draft(version: str = "v1.0.0", **changes: object) -> PublishRequest:
    fields: dict[str, object] = {
        "playbook_id": f"python-{uuid.uuid4().hex[:12]}",
        "version": version,
        "title": "Warp drive loses antimatter containment",
        "description": "The containment field of the warp drive collapses; vent the plasma and restart the field.",
        "content": "# Vent the plasma\n",
        "labels": Labels(signal_type="ContainmentLost", severity="critical", component="pod"),
    }
    return PublishRequest(**(fields | changes))  # type: ignore[arg-type]


def published(client: Client, body: PublishRequest) -> PlaybookVersion:
    version = publish_playbook.sync(client=client, body=body)
    assert isinstance(version, PlaybookVersion), version
    return version


def test_publish_and_read(client: Client) -> None:
    body = draft(
        labels=Labels("ContainmentLost", "critical", custom_labels=CustomLabels.from_dict({"team": ["bridge"]}))
    )
    response = publish_playbook.sync_detailed(client=client, body=body, x_actor="python@example.com")
    assert response.status_code == HTTPStatus.CREATED
    assert isinstance(response.parsed, PlaybookVersion)
    assert response.parsed.created_by == "python@example.com"
    read = get_playbook_version.sync(body.playbook_id, "v1.0.0", client=client)
    assert isinstance(read, PlaybookVersion)
    assert read.to_dict() == response.parsed.to_dict()
    assert read.labels.to_dict()["custom_labels"] == {"team": ["bridge"]}
    etag = response.headers["ETag"]
    unchanged = get_playbook_version.sync_detailed(body.playbook_id, "v1.0.0", client=client, if_none_match=etag)
    assert unchanged.status_code == HTTPStatus.NOT_MODIFIED


def test_conflict_is_a_typed_problem(client: Client) -> None:
    body = draft()
    published(client, body)
    conflict = publish_playbook.sync_detailed(client=client, body=body)
    assert conflict.status_code == HTTPStatus.CONFLICT
    assert isinstance(conflict.parsed, Problem)
    assert conflict.parsed.type_ == "/problems/version-exists"
    assert conflict.parsed.request_id == conflict.headers["X-Request-Id"]
    repeat = publish_playbook.sync_detailed(client=client, body=body, if_exists=IfExists.RETURN_IDENTICAL)
    assert repeat.status_code == HTTPStatus.OK

    body.version = "v0.9.0"
    refused = publish_playbook.sync(client=client, body=body)
    assert isinstance(refused, Problem)
    assert refused.greatest_version == "v1.0.0"


def test_invalid_body_says_where(client: Client) -> None:
    problem = publish_playbook.sync(client=client, body=draft(labels=Labels("ContainmentLost", "huge")))
    assert isinstance(problem, Problem)
    assert isinstance(problem.errors, list)
    assert [error.pointer for error in problem.errors] == ["/labels/severity"]


def test_search(client: Client) -> None:
    body = draft(title="Transporter pattern buffer degrades", description="Passengers fade: purge the pattern buffer.")
    published(client, body)
    query = "the pattern buffer of the transporter degrades"
    by_query = search_playbooks.sync(client=client, query=query, severity="critical", top_k=3)
    assert isinstance(by_query, SearchResult)
    assert by_query.items[0].playbook_id == body.playbook_id
    assert by_query.items[0].final_score > 0.5
    question = SearchRequest(query=query, labels=SearchLabels(severity="critical"), top_k=3)
    by_body = search_playbooks_by_body.sync(client=client, body=question)
    assert isinstance(by_body, SearchResult)
    assert [hit.to_dict() for hit in by_body.items] == [hit.to_dict() for hit in by_query.items]


async def test_search_async(base_url: str) -> None:
    async with Client(base_url=base_url, raise_on_unexpected_status=True) as client:
        result = await search_playbooks.asyncio(client=client, query="anything at all", min_similarity=0)
    assert isinstance(result, SearchResult)
    assert result.total >= len(result.items)


def test_disable_and_history(client: Client) -> None:
    body = draft()
    published(client, body)
    reason = TransitionRequest(reason="vents the wrong deck", actor="alice@example.com")
    disabled = disable_playbook_version.sync(body.playbook_id, "v1.0.0", client=client, body=reason)
    assert isinstance(disabled, PlaybookVersion)
    assert disabled.disabled_reason == "vents the wrong deck"
    again = disable_playbook_version.sync(body.playbook_id, "v1.0.0", client=client, body=reason)
    assert isinstance(again, Problem)
    assert again.type_ == "/problems/transition-not-allowed"
    none_left = get_playbook.sync(body.playbook_id, client=client)
    assert isinstance(none_left, Problem)
    assert none_left.type_ == "/problems/no-active-version"
    history = list_playbook_history.sync(body.playbook_id, client=client)
    assert history is not None and not isinstance(history, Problem)
    assert [entry.actor for entry in history.items][-1] == "alice@example.com"


def test_diff(client: Client) -> None:
    body = draft()
    published(client, body)
    body.version, body.content = "v1.0.1", "# Vent the plasma, slowly\n"
    published(client, body)
    diff = diff_playbook_versions.sync(body.playbook_id, "v1.0.0", "v1.0.1", client=client)
    assert isinstance(diff, PlaybookDiff)
    assert isinstance(diff.changes, list) and diff.changes
