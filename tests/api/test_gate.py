"""What every answer passes: origins, headers, ids; and what the API says about itself."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from mentorbook.api.gate import Gate
from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from tests.api.conftest import FOREIGN, ORIGIN, Door, told
from tests.api.contract import DOCUMENT, ROUTES
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

UNSAFE = [(method, path) for method, path in ROUTES if method not in ("GET", "HEAD")]

DESIGNED = {
    ("POST", "/api/auth/register"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/logout"),
    ("GET", "/api/auth/me"),
    ("GET", "/api/mentors"),
    ("GET", "/api/mentors/{mentor_id}"),
    ("GET", "/api/mentors/{mentor_id}/availability/slots"),
    ("POST", "/api/bookings"),
    ("GET", "/api/bookings"),
    ("GET", "/api/bookings/{booking_id}"),
    ("GET", "/api/notifications"),
    ("POST", "/api/notifications"),
    ("PUT", "/api/bookings/{booking_id}"),
    ("DELETE", "/api/bookings/{booking_id}"),
    ("POST", "/api/bookings/{booking_id}/cancel"),
    ("POST", "/api/bookings/{booking_id}/reschedule"),
    ("POST", "/api/bookings/{booking_id}/no-show"),
    ("POST", "/api/bookings/{booking_id}/mentor-absent"),
    ("POST", "/api/bookings/{booking_id}/join"),
    ("POST", "/api/bookings/{booking_id}/accept"),
    ("POST", "/api/bookings/{booking_id}/decline"),
    ("GET", "/api/policies"),
    ("PUT", "/api/admin/policies"),
    ("GET", "/api/admin/sessions"),
    ("GET", "/api/admin/sessions.csv"),
    ("GET", "/api/health"),
}


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return re.sub(r"\{[^}]+\}", "00000000-0000-0000-0000-000000000000", path)


def test_every_designed_route_is_documented(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    assert set(ROUTES) >= DESIGNED
    served = calling().get("/api/openapi.json").json()
    assert served == DOCUMENT
    for method, path in ROUTES:
        operation = served["paths"][path][method.lower()]
        assert operation["description"], f"{method} {path} says nothing about itself"


@pytest.mark.parametrize(
    "path", ["/api/auth/register", "/api/auth/login", "/api/bookings", "/api/notifications"]
)
def test_bodies_are_documented(path: str) -> None:
    schema = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]


def test_the_documentation_needs_no_other_host(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    page = calling().get("/api/docs")
    assert page.status_code == 200
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert addresses
    assert "//" not in "".join(addresses)
    for address in addresses:
        assert calling().get(address).status_code == 200


@pytest.mark.parametrize("path", ["/api/x", "/api/", "/api/bookings/", "/api/mentors/a/b", "/api//bookings"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_unknown_paths_answer_in_json(
    sqlite_db: Database, hands: Hands, calling: Door, method: str, path: str
) -> None:
    answer = calling().request(method, path)
    assert answer.status_code == 404
    assert told(answer)["error"] == "not_found"


@pytest.mark.parametrize(("method", "path"), UNSAFE)
@pytest.mark.parametrize(
    "origin", [FOREIGN, "null", "", f"{ORIGIN}.evil.test", ORIGIN.replace("http", "https")]
)
def test_a_foreign_origin_may_change_nothing(
    sqlite_db: Database, hands: Hands, calling: Door, method: str, path: str, origin: str
) -> None:
    answer = calling(a_mentee()).request(method, filled(path), headers={"Origin": origin}, json={})
    assert (answer.status_code, told(answer)["error"]) == (403, "not_permitted")


@pytest.mark.parametrize(("method", "path"), UNSAFE)
@pytest.mark.parametrize("origin", [None, ORIGIN])
def test_our_own_origin_and_programs_pass(
    sqlite_db: Database, hands: Hands, calling: Door, method: str, path: str, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    # Somebody who may do anything.
    person = a_mentor()
    accounts.grant_admin(person.id)
    assert calling(person).request(method, filled(path), headers=headers, json={}).status_code != 403


def test_a_foreign_page_can_neither_log_out_nor_book(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    caller = calling(a_mentee())
    body = a_request(a_mentor(), in_hours(24))
    assert caller.post("/api/bookings", body, headers={"Origin": FOREIGN}).status_code == 403
    assert caller.post("/api/auth/logout", headers={"Origin": FOREIGN}).status_code == 403
    assert counts()["sessions"] == 0
    assert caller.get("/api/auth/me").status_code == 200


def test_two_origins_at_once_are_foreign(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    headers = [("Origin", ORIGIN), ("Origin", FOREIGN)]
    assert calling().request("POST", "/api/auth/logout", headers=headers).status_code == 403


def test_every_answer_carries_the_security_headers_and_its_own_id(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    mentee = a_mentee()
    booking = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    caller = calling(mentee)
    answers = [
        caller.request(method, filled(path), json={}) for method, path in ROUTES if "logout" not in path
    ]
    answers += [
        caller.get(f"/api/bookings/{booking.id}"),
        caller.get("/api/docs"),
        caller.get("/api/nothing"),
        caller.request("PATCH", "/api/bookings"),
        caller.request("POST", "/api/bookings", headers={"Origin": FOREIGN}),
        caller.request("POST", "/api/bookings", content=b"{"),
        calling().get("/api/bookings"),
    ]
    assert {200, 401, 403, 404, 405, 422} <= {answer.status_code for answer in answers}
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        has_secret = answer.request.url.path.startswith(("/api/unsubscribe/", "/api/calendar/"))
        referrer = "no-referrer" if has_secret else "strict-origin-when-cross-origin"
        assert answer.headers.get_list("referrer-policy") == [referrer]
        assert ("x-robots-tag" in answer.headers) == has_secret
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("path", "status", "cached"),
    [
        ("/assets/page-1a2b3c.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/page-1a2b3c.js", 304, "public, max-age=31536000, immutable"),
        ("/assets/page-1a2b3c.js", 404, "no-store"),
        ("/assets/page-1a2b3c.js", 500, "no-store"),
        ("/assets/reflex-env-1a2b3c.js", 200, "no-cache"),
        ("/api/docs-assets/docs.js", 200, "public, max-age=86400"),
        ("/api/docs-assets/docs.js", 404, "no-store"),
        ("/", 200, "no-cache"),
    ],
)
def test_only_what_is_there_is_cached(path: str, status: int, cached: str) -> None:
    async def static(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Gate(static, origins=frozenset({ORIGIN})))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.get(path)

    assert asyncio.run(ask()).headers["cache-control"] == cached


@pytest.mark.parametrize(
    ("setting", "reached"),
    [
        ("ws://127.0.0.1:7880", "ws://127.0.0.1:7880 http://127.0.0.1:7880"),
        ("http://127.0.0.1:7880/", "ws://127.0.0.1:7880 http://127.0.0.1:7880"),
        ("wss://video.example", "wss://video.example https://video.example"),
        ("https://video.example/livekit", "wss://video.example https://video.example"),
        ("wss://own.livekit.cloud", "wss://own.livekit.cloud https://*.livekit.cloud wss://*.livekit.cloud"),
    ],
)
def test_a_page_may_reach_the_video_server_and_use_camera_and_microphone(setting: str, reached: str) -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask() -> httpx.Headers:
        gate = Gate(page, origins=frozenset({ORIGIN}), video_url=setting)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=ORIGIN) as client:
            return (await client.get("/room/one")).headers

    headers = asyncio.run(ask())
    policy = {
        rule.split()[0]: set(rule.split()[1:]) for rule in headers["content-security-policy"].split("; ")
    }
    assert policy["connect-src"] >= set(reached.split())
    assert not any("/" in source.partition("://")[2] for source in policy["connect-src"])
    for device in ("camera", "microphone", "display-capture"):
        assert f"{device}=(self)" in headers["permissions-policy"]


def test_a_fault_of_ours_gives_an_id_and_no_word_about_it(
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret inner workings")

    monkeypatch.setattr("mentorbook.services.people.mentor_directory.directory", broken)
    answer = calling().get("/api/mentors")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "inner workings" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert answer.json()["requestId"] in logged
