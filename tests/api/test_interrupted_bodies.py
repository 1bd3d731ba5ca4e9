"""A client that goes away before its body has come leaves no fault behind: visitors could fill the log."""

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

import pytest

from mentorbook.api.app import create_api
from mentorbook.db.engine import Database
from tests.conftest import Hands


def test_a_body_that_breaks_off_is_refused_and_is_no_fault(
    sqlite_db: Database, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    answers = list[MutableMapping[str, Any]]()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/auth/login",
        "raw_path": b"/api/auth/login",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"here"), (b"content-type", b"application/json"), (b"content-length", b"9")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    parts: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> MutableMapping[str, Any]:
        return parts.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        answers.append(message)

    with caplog.at_level(logging.INFO):
        asyncio.run(create_api()(scope, receive, send))
    assert answers[0]["status"] == 422
    assert b'"body":"did not arrive as a whole"' in answers[1]["body"]
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
