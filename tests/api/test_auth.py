"""`/api/auth`: accounts, the cookie, and what a stranger may learn."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.api import caller as api_caller
from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.people import LoginSession, User
from mentorbook.services.people import accounts
from mentorbook.settings import Settings, settings
from tests.api.conftest import MINA, Door, told
from tests.conftest import Hands
from tests.people import a_mentee


def test_register_log_out_and_log_in_with_a_real_password(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    browser = calling()
    made = browser.post("/api/auth/register", MINA)
    assert made.status_code == 201
    assert made.json()["email"] == "mina@people.test"
    assert "password" not in made.text
    assert browser.get("/api/auth/me").json() == made.json()
    assert browser.post("/api/auth/logout").status_code == 204
    assert browser.get("/api/auth/me").status_code == 401
    credentials = {"email": " Mina@People.TEST ", "password": MINA["password"]}
    assert browser.post("/api/auth/login", credentials).json() == made.json()
    assert browser.get("/api/auth/me").status_code == 200
    with read_transaction() as session:
        stored = session.scalar(select(col(User.password_hash)))
    assert stored is not None
    assert stored.startswith("$argon2id$")


def test_a_copied_cookie_is_worthless_after_the_log_out(db: Database, hands: Hands, calling: Door) -> None:
    browser, thief = calling(a_mentee()), calling()
    thief.client.cookies.update(browser.client.cookies)
    assert thief.get("/api/auth/me").status_code == 200
    browser.post("/api/auth/logout")
    assert thief.get("/api/auth/me").status_code == 401


def test_a_log_in_lasts_thirty_days(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    browser = calling(a_mentee())
    hands.on(days=29, hours=23)
    assert browser.get("/api/auth/me").status_code == 200
    hands.on(hours=2)
    assert browser.get("/api/auth/me").status_code == 401


def test_only_a_hash_of_the_token_is_stored(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    token = calling(a_mentee()).client.cookies[settings.cookie]
    with read_transaction() as session:
        row = session.scalars(select(LoginSession)).one()
    assert row.token_hash is not None
    assert row.token_hash != token
    assert token not in repr(row)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    cookies = calling().post("/api/auth/register", MINA).headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in map(str.lower, cookies):
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
        assert "secure" not in cookie


def test_the_cookie_is_secure_when_the_site_is(
    sqlite_db: Database,
    hands: Hands,
    hashing: list[str],
    calling: Door,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api_caller, "settings", Settings(base_url="https://book.example"))
    cookies = calling().post("/api/auth/register", MINA).headers.get_list("set-cookie")
    assert ["secure" in cookie.lower() for cookie in cookies] == [True, True]


def test_a_wrong_password_and_an_unknown_account_cannot_be_told_apart(
    db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    calling().post("/api/auth/register", MINA)
    stranger = calling()
    wrong = stranger.post("/api/auth/login", {"email": MINA["email"], "password": "wrong password"})
    hashes_for_wrong = len(hashing)
    unknown = stranger.post("/api/auth/login", {"email": "no@people.test", "password": "wrong password"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    ids = wrong.json()["requestId"], unknown.json()["requestId"]
    assert wrong.content.replace(ids[0].encode(), b"") == unknown.content.replace(ids[1].encode(), b"")
    assert (hashes_for_wrong, len(hashing)) == (1, 2)
    names = [set(answer.headers) - {"date"} for answer in (wrong, unknown)]
    assert names[0] == names[1]
    assert "set-cookie" not in names[0]


def test_an_address_cannot_have_two_accounts(
    db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    calling().post("/api/auth/register", MINA)
    again = calling().post("/api/auth/register", MINA | {"email": "MINA@people.test"})
    assert again.status_code == 422
    assert told(again)["fields"] == {"email": "already has an account; log in instead"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "mina"}, "email"),
        ({"email": "mina@"}, "email"),
        ({"email": None}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "nul \x00"}, "name"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"isAdmin": True}, "isAdmin"),
    ],
)
def test_a_wrong_registration_names_its_field(
    sqlite_db: Database,
    hands: Hands,
    hashing: list[str],
    calling: Door,
    change: dict[str, object],
    field: str,
) -> None:
    refused = calling().post("/api/auth/register", MINA | change)
    assert refused.status_code == 422
    assert list(told(refused)["fields"]) == [field]
    with read_transaction() as session:
        assert session.scalars(select(User)).all() == []


def test_one_address_cannot_register_without_end(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    stranger = calling()
    codes = [
        stranger.post("/api/auth/register", MINA | {"email": f"{n}@people.test"}).status_code
        for n in range(31)
    ]
    assert codes == [201] * 30 + [429]


def test_a_ticket_logs_in_once(db: Database, hands: Hands, calling: Door) -> None:
    person = a_mentee()
    ticket = accounts.issue_ticket(person.id, address=None, agent=None)
    browser, second = calling(), calling()
    assert browser.post("/api/auth/ticket", {"ticket": ticket}).status_code == 204
    assert browser.get("/api/auth/me").json()["id"] == str(person.id)
    assert {settings.cookie, settings.device_cookie} == set(browser.client.cookies)
    refused = second.post("/api/auth/ticket", {"ticket": ticket})
    assert (refused.status_code, told(refused)["error"]) == (401, "not_authenticated")
    assert "set-cookie" not in refused.headers


def test_a_ticket_is_no_cookie(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    ticket = accounts.issue_ticket(a_mentee().id, address=None, agent=None)
    browser = calling()
    browser.client.cookies.set(settings.cookie, ticket)
    assert browser.get("/api/auth/me").status_code == 401


def test_a_ticket_lives_thirty_seconds(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    person = a_mentee()
    first, late = (accounts.issue_ticket(person.id, address=None, agent=None) for _ in range(2))
    hands.on(seconds=29)
    assert calling().post("/api/auth/ticket", {"ticket": first}).status_code == 204
    hands.on(seconds=1)
    assert calling().post("/api/auth/ticket", {"ticket": late}).status_code == 401


@pytest.mark.parametrize("ticket", ["unknown", "é" * 50, "\x00"])
def test_an_unknown_ticket_is_refused(sqlite_db: Database, hands: Hands, calling: Door, ticket: str) -> None:
    assert calling().post("/api/auth/ticket", {"ticket": ticket}).status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "x" * 5_000, "%00", "'; DROP TABLE users; --"])
def test_a_made_up_cookie_is_nobody(sqlite_db: Database, hands: Hands, calling: Door, token: str) -> None:
    refused = calling().get("/api/auth/me", headers={"Cookie": f"{settings.cookie}={token}"})
    assert (refused.status_code, told(refused)["error"]) == (401, "not_authenticated")


def test_logging_out_without_a_log_in_is_harmless(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    assert calling().post("/api/auth/logout").status_code == 204
