"""Forgotten passwords and addresses over REST, from the request to the mail and back."""

import pytest
from pydantic import SecretStr

from mentorbook.db.engine import Database
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.api.conftest import MINA, Door, told
from tests.conftest import Hands
from tests.letters import Letters
from tests.people import a_mentee

EMAIL, NEW = MINA["email"], "an entirely new password"
VOID = "This link does not work any more: it was used, is too old, or was never made. Ask for a new one."


@pytest.fixture
def letters() -> Letters:
    """The mail of the test."""
    return Letters()


def test_a_password_is_forgotten_and_chosen_anew(
    db: Database,
    hands: Hands,
    calling: Door,
    letters: Letters,
    hashing: list[str],
) -> None:
    mina, stranger = calling(), calling()
    mina.post("/api/auth/register", MINA)
    letters.delivered()
    answers = [stranger.post("/api/auth/forgot", {"email": email}) for email in (EMAIL, "nobody@people.test")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert [set(answer.headers) for answer in answers] == [set(answers[0].headers)] * 2
    assert [mail.to_address for mail in letters.delivered()] == [EMAIL]
    stranger.post("/api/auth/forgot", {"email": EMAIL})
    token = letters.token_to(EMAIL)
    short = stranger.post("/api/auth/reset", {"token": token, "newPassword": "short"})
    assert list(told(short)["fields"]) == ["newPassword"]
    done = stranger.post("/api/auth/reset", {"token": token, "newPassword": NEW})
    assert (done.status_code, done.content, done.headers.get("set-cookie")) == (204, b"", None)
    assert mina.get("/api/auth/me").status_code == 401
    hashed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "hash_password", hashed.append)
        for used in (token, "unknown"):
            refused = stranger.post("/api/auth/reset", {"token": used, "newPassword": NEW})
            assert told(refused) == {"error": "link_void", "detail": VOID}
    # What does not work never comes into the queue for hashing.
    assert hashed == []
    assert mina.post("/api/auth/login", {"email": EMAIL, "password": MINA["password"]}).status_code == 401
    assert mina.post("/api/auth/login", {"email": EMAIL, "password": NEW}).status_code == 200
    assert mina.get("/api/auth/email").json()["confirmedAt"] == "2027-01-13T12:00:00Z"


def test_an_address_is_confirmed_and_changed(
    db: Database, hands: Hands, calling: Door, hashing: list[str], letters: Letters
) -> None:
    mina, anywhere, new = calling(), calling(), "next@people.test"
    assert mina.post("/api/auth/register", MINA).status_code == 201
    assert mina.get("/api/auth/email").json() == {
        "email": EMAIL, "confirmedAt": None, "wanted": None, "wantedUntil": None,
    }  # fmt: skip
    mina.post("/api/auth/email/confirmation")
    confirmed = anywhere.post("/api/auth/confirm", {"token": letters.token_to(EMAIL)})
    assert confirmed.json() == {"email": EMAIL, "isNew": False}
    assert "set-cookie" not in confirmed.headers
    asked = mina.post("/api/auth/email", {"currentPassword": MINA["password"], "newEmail": new}).json()
    assert (asked["email"], asked["wanted"], asked["wantedUntil"]) == (EMAIL, new, "2027-01-14T12:00:00Z")
    assert mina.request("DELETE", "/api/auth/email").json()["wanted"] is None
    assert all(mail.to_address != new for mail in letters.delivered())
    mina.post("/api/auth/email", {"currentPassword": MINA["password"], "newEmail": new})
    token = letters.token_to(new)
    assert anywhere.post("/api/auth/confirm", {"token": token}).json() == {"email": new, "isNew": True}
    assert mina.get("/api/auth/me").json()["email"] == new
    again = anywhere.post("/api/auth/confirm", {"token": token})
    assert (again.status_code, told(again)["detail"]) == (410, VOID)


def test_an_admin_makes_a_link_where_no_mail_is_sent(
    db: Database, hands: Hands, calling: Door, hashing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, person = a_mentee("Ada", is_admin=True), a_mentee("Mina")
    path = f"/api/admin/people/{person.id}/reset-link"
    made = calling(admin).post(path).json()
    assert made["expiresAt"] == "2027-01-14T12:00:00Z"
    address, _, token = made["url"].partition("?token=")
    assert address == f"{settings.public_url}/reset"
    done = calling().post("/api/auth/reset", {"token": token, "newPassword": NEW})
    assert done.status_code == 204
    mina = calling()
    assert mina.post("/api/auth/login", {"email": person.email, "password": NEW}).status_code == 200
    assert mina.get("/api/auth/email").json()["confirmedAt"] is None
    assert "token" not in calling(admin).get(f"/api/admin/people/{person.id}").text
    monkeypatch.setattr(settings, "smtp_url", SecretStr("smtp://127.0.0.1"))
    assert told(calling(admin).post(path))["error"] == "invalid_status"


def test_none_makes_a_link_for_themselves_or_as_a_former_admin(
    db: Database, hands: Hands, calling: Door
) -> None:
    admin, other = a_mentee("Ada", is_admin=True), a_mentee("Other", is_admin=True)
    own = calling(admin).post(f"/api/admin/people/{admin.id}/reset-link")
    assert told(own)["error"] == "not_permitted"
    calling(other).request("PUT", f"/api/admin/people/{admin.id}/admin", json={"isAdmin": False})
    late = calling(admin).post(f"/api/admin/people/{other.id}/reset-link")
    assert told(late)["error"] == "not_permitted"
    assert accounts.account(admin.id).is_admin is False
