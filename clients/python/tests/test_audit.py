"""The audit trail by way of the generated client: record, then follow the cursor to the end."""

import datetime
import uuid
from http import HTTPStatus

from datastorage_client.api.audit import get_audit_event, list_audit_events, record_audit_event, record_audit_events
from datastorage_client.client import Client
from datastorage_client.models import (
    AuditBatchReceipt,
    AuditData,
    AuditEventInput,
    AuditEventList,
    AuditReceipt,
    Problem,
)
from datastorage_client.types import UNSET, Unset


def event(correlation_id: str) -> AuditEventInput:
    return AuditEventInput.from_dict(
        {
            "event_version": "1.0",
            "event_timestamp": datetime.datetime.now(datetime.UTC).isoformat(),
            "event_type": "bridge.order.given",
            "event_category": "order",
            "event_action": "given",
            "event_outcome": "success",
            "actor_type": "user",
            "actor_id": "picard",
            "resource_type": "Ship",
            "resource_id": "ncc-1701-d",
            "correlation_id": correlation_id,
            "event_data": {"order": "engage"},
        }
    )


def test_record_one(client: Client) -> None:
    receipt = record_audit_event.sync(client=client, body=event("one"))
    assert isinstance(receipt, AuditReceipt)
    stored = get_audit_event.sync(receipt.event_id, client=client)
    assert stored is not None and not isinstance(stored, Problem)
    assert isinstance(stored.event_data, AuditData)
    assert stored.event_data.to_dict() == {"order": "engage"}


def test_cursor_reaches_the_end(client: Client) -> None:
    correlation_id = uuid.uuid4().hex
    batch = record_audit_events.sync_detailed(client=client, body=[event(correlation_id) for _ in range(25)])
    assert batch.status_code == HTTPStatus.CREATED
    assert isinstance(batch.parsed, AuditBatchReceipt)
    seen: list[uuid.UUID] = []
    cursor: str | Unset = UNSET
    while True:
        page = list_audit_events.sync(client=client, correlation_id=correlation_id, limit=10, cursor=cursor)
        assert isinstance(page, AuditEventList), page
        seen += [e.event_id for e in page.data]
        if not page.pagination.has_more:
            break
        cursor = page.pagination.next_cursor
        assert cursor
    assert sorted(seen) == sorted(batch.parsed.event_ids)
    assert len(set(seen)) == 25


def test_damaged_cursor_is_a_problem(client: Client) -> None:
    problem = list_audit_events.sync(client=client, cursor="bm9uc2Vuc2U")
    assert isinstance(problem, Problem)
    assert problem.type_ == "/problems/invalid-cursor"
