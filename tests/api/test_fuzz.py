"""Never a 5xx for anything a client can send."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts, login_throttle
from tests.api.conftest import Door
from tests.api.contract import DOCUMENT, ROUTES
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

TEXT = st.text(max_size=40)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(["\x00", "\ud800", "1e999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
PARAMETERS = st.one_of(
    st.integers().map(str),
    TEXT,
    st.dates().map(str),
    st.sampled_from(["true", "9999-12-31", "0001-01-01", "Europe/London", "-0", "1e9", "٣", "\ud800"]),
)


def _names(path: str, method: str, place: str) -> list[str]:
    operation = DOCUMENT["paths"][path][method.lower()]
    return [each["name"] for each in operation.get("parameters", ()) if each["in"] == place]


def _body_names(path: str, method: str) -> list[str]:
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return list(content.get("schema", {}).get("properties", {}))


@st.composite
def calls(draw: st.DrawFn, method: str, path: str) -> dict[str, Any]:
    """Something to send: known names with strange values, sometimes strange names too."""
    query = {name: draw(PARAMETERS) for name in _names(path, method, "query") if draw(st.booleans())}
    if draw(st.booleans()):
        query[draw(TEXT)] = draw(PARAMETERS)
    body: Any = {name: draw(VALUES) for name in _body_names(path, method) if draw(st.booleans())}
    if draw(st.integers(0, 5)) == 0:
        body = draw(VALUES)
    content = json.dumps(body).encode() if draw(st.integers(0, 9)) else draw(st.binary(max_size=60))
    places = {name: draw(TEXT | st.just("{id}")) for name in _names(path, method, "path")}
    headers = {
        "Idempotency-Key": draw(
            st.binary(max_size=20).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b""))
        )
    }
    return {"query": query, "content": content, "places": places, "headers": headers}


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="surrogatepass")) or "%20"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_that_is_sent_breaks_the_server(
    sqlite_db: Database, hands: Hands, calling: Door, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("admit", "count_registration"):
        monkeypatch.setattr(login_throttle, limit, lambda *_: None)
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    caller = calling(a_mentee("Admin", is_admin=True) if "/admin/" in path else mentee)
    known = mentor.id if "mentor" in path else booking.id

    @settings(max_examples=30, suppress_health_check=list(HealthCheck), database=None)
    @given(calls(method, path))
    def send(sent: dict[str, Any]) -> None:
        address = path
        for name, value in sent["places"].items():
            address = address.replace(f"{{{name}}}", str(known) if value == "{id}" else _quoted(value))
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sent["query"].items())
        answer = caller.request(
            method, f"{address}?{query}", content=sent["content"], headers=sent["headers"]
        )
        assert answer.status_code < 500, (answer.request.url, sent, answer.text)
        if answer.status_code >= 400:
            assert {"error", "detail", "requestId"} <= answer.json().keys()

    send()
