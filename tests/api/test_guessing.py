"""Guessing passwords: what it costs whoever guesses, and that it never costs the owner the way in."""

from typing import Any

import httpx
import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.services.people import accounts, credentials, login_throttle
from mentorbook.settings import settings
from tests.api.conftest import MINA, Caller, Door, told
from tests.conftest import Hands

RIGHT = {"email": MINA["email"], "password": MINA["password"]}
WRONG = RIGHT | {"password": "a wrong guess"}
LOG_IN = "/api/auth/login"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def owner(sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door) -> Caller:
    """Mina at the browser that she has registered with; logged out."""
    browser = calling(host=HERE)
    assert browser.post("/api/auth/register", MINA).status_code == 201
    assert browser.post("/api/auth/logout").status_code == 204
    return browser


def tries(browser: Caller, number: int, body: dict[str, str] = WRONG) -> list[int]:
    """The answers to so many tries, one after the other."""
    return [browser.post(LOG_IN, body).status_code for _ in range(number)]


def guesses_everywhere(calling: Door, number: int) -> None:
    """So many strangers guess at Mina's password, each from an address of their own."""
    for n in range(number):
        calling(host=f"203.0.113.{n}").post(LOG_IN, WRONG)


def waits(browser: Caller, body: dict[str, str] = RIGHT) -> int:
    """For how many seconds somebody is sent away."""
    refused = browser.post(LOG_IN, body)
    assert (refused.status_code, told(refused)["error"]) == (429, "rate_limited")
    return int(refused.headers["retry-after"])


def let_in_after_waiting(browser: Caller, hands: Hands) -> int:
    """Seconds that pass until the right password is taken from somebody who waits as told."""
    waited = 0
    while (answer := browser.post(LOG_IN, RIGHT)).status_code == 429:
        waited += int(answer.headers["retry-after"])
        hands.on(seconds=int(answer.headers["retry-after"]))
    assert answer.status_code == 200
    return waited


def test_waits_grow_and_are_said_in_words(owner: Caller, hands: Hands, calling: Door) -> None:
    stranger, seen = calling(host=ELSEWHERE), []
    assert tries(stranger, login_throttle.FREE_TRIES) == [401] * login_throttle.FREE_TRIES
    for _ in range(7):
        refused = stranger.post(LOG_IN, WRONG)
        seconds = int(refused.headers["retry-after"])
        assert f"Wait {login_throttle.in_words(seconds)}, then try again." in told(refused)["detail"]
        seen.append(seconds)
        hands.on(seconds=seconds)
        assert tries(stranger, 1) == [401]
    assert seen == [2, 4, 8, 16, 32, 60, 60]


def test_a_try_that_was_refused_costs_nothing_more(owner: Caller, hands: Hands, calling: Door) -> None:
    stranger = calling(host=ELSEWHERE)
    tries(stranger, login_throttle.FREE_TRIES)
    assert tries(stranger, 50) == [429] * 50
    assert waits(stranger) == 2


def test_only_wrong_tries_count(owner: Caller, calling: Door) -> None:
    assert tries(owner, 40, RIGHT) == [200] * 40
    for _ in range(5):
        stranger = calling(host=ELSEWHERE)
        assert tries(stranger, login_throttle.FREE_TRIES - 1) == [401] * (login_throttle.FREE_TRIES - 1)
        assert tries(stranger, 1, RIGHT) == [200]


def test_a_known_browser_comes_in_whatever_strangers_do(owner: Caller, calling: Door) -> None:
    guesses_everywhere(calling, login_throttle.ACCOUNT_CEILING + 20)
    tries(calling(host=HERE), 100)
    assert tries(owner, 1, RIGHT) == [200]


def test_a_known_browser_comes_in_from_another_address(owner: Caller, calling: Door) -> None:
    travelling = calling(host=ELSEWHERE)
    travelling.client.cookies.update(owner.client.cookies)
    guesses_everywhere(calling, login_throttle.ACCOUNT_CEILING + 20)
    tries(calling(host=ELSEWHERE), 50)
    assert tries(travelling, 1, RIGHT) == [200]


def test_a_known_browser_is_slowed_down_by_its_own_wrong_tries(owner: Caller, hands: Hands) -> None:
    assert tries(owner, login_throttle.FREE_TRIES + 1) == [401] * login_throttle.FREE_TRIES + [429]
    assert let_in_after_waiting(owner, hands) == 2


def test_a_new_browser_waits_a_bounded_time_while_strangers_guess(
    owner: Caller, hands: Hands, calling: Door
) -> None:
    guesses_everywhere(calling, 200)
    assert let_in_after_waiting(calling(host=ELSEWHERE), hands) == login_throttle.WAIT_AT_CEILING


def test_a_new_browser_at_the_guessers_own_address_waits_a_bounded_time(
    owner: Caller, hands: Hands, calling: Door
) -> None:
    stranger = calling(host=ELSEWHERE)
    for _ in range(20):
        stranger.post(LOG_IN, WRONG)
        hands.on(seconds=login_throttle.LONGEST_WAIT)
    stranger.post(LOG_IN, WRONG)
    assert 0 < let_in_after_waiting(calling(host=ELSEWHERE), hands) <= login_throttle.LONGEST_WAIT


def test_a_new_browser_elsewhere_does_not_wait_for_one_guesser(owner: Caller, calling: Door) -> None:
    tries(calling(host=ELSEWHERE), 200)
    assert tries(calling(host="192.0.2.200"), 1, RIGHT) == [200]


def test_guessers_at_many_addresses_meet_a_ceiling(
    owner: Caller, hashing: list[str], hands: Hands, calling: Door
) -> None:
    hashing.clear()
    guesses_everywhere(calling, 200)
    assert len(hashing) == login_throttle.ACCOUNT_CEILING
    fresh = calling(host=ELSEWHERE)
    assert waits(fresh, WRONG) == login_throttle.WAIT_AT_CEILING
    hands.on(seconds=login_throttle.WAIT_AT_CEILING)
    assert tries(fresh, 1) == [401]
    assert waits(fresh, WRONG) == login_throttle.WAIT_AT_CEILING


def test_a_hundred_wrong_tries_from_one_address_lock_nobody_out_behind_the_same_proxy(
    owner: Caller, calling: Door
) -> None:
    stranger = calling(host=HERE)
    for n in range(101):
        stranger.post(LOG_IN, WRONG | {"email": f"{n}@people.test"})
    assert tries(calling(host=HERE), 1, RIGHT) == [200]


def test_an_address_that_tries_account_after_account_waits_before_each(
    owner: Caller, hands: Hands, calling: Door
) -> None:
    stranger = calling(host=ELSEWHERE)
    for n in range(login_throttle.ADDRESS_CEILING):
        assert tries(stranger, 1, WRONG | {"email": f"{n}@people.test"}) == [401]
    assert waits(stranger, WRONG | {"email": "next@people.test"}) == login_throttle.WAIT_AT_CEILING
    assert let_in_after_waiting(calling(host=ELSEWHERE), hands) == login_throttle.WAIT_AT_CEILING


def test_one_line_of_ipv6_is_one_address(owner: Caller, calling: Door) -> None:
    answers = [
        tries(calling(host=f"2001:db8:1:2::{n:x}"), 1)[0] for n in range(login_throttle.FREE_TRIES + 1)
    ]
    assert answers == [401] * login_throttle.FREE_TRIES + [429]
    assert tries(calling(host="2001:db8:1:3::1"), 1) == [401]


def test_unknown_accounts_are_slowed_down_alike(owner: Caller, hands: Hands, calling: Door) -> None:
    nobody = WRONG | {"email": "no@people.test"}

    def course(body: dict[str, str], host: str) -> list[httpx.Response]:
        browser = calling(host=host)
        return [browser.post(LOG_IN, body) for _ in range(login_throttle.FREE_TRIES + 2)]

    known, unknown = course(WRONG, ELSEWHERE), course(nobody, "198.51.100.8")
    assert [(a.status_code, told(a)) for a in known] == [(a.status_code, told(a)) for a in unknown]


def test_the_device_cookie_is_out_of_reach_and_new_each_time(owner: Caller) -> None:
    name = settings.device_cookie
    first = owner.client.cookies[name]
    again = owner.post(LOG_IN, RIGHT)
    cookie = next(line for line in again.headers.get_list("set-cookie") if line.startswith(name)).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert f"max-age={365 * 24 * 3600}" in cookie
    assert owner.client.cookies[name] != first


@pytest.mark.parametrize("device", ["", "nonsense", "x" * 4_000, "%00", "é"])
def test_a_made_up_device_cookie_is_a_new_browser(owner: Caller, calling: Door, device: str) -> None:
    guesses_everywhere(calling, login_throttle.ACCOUNT_CEILING)
    header = {"Cookie": f"{settings.device_cookie}={device}".encode()}
    answer = calling(host=ELSEWHERE).post(LOG_IN, RIGHT, headers=header)
    assert answer.status_code == 429


def test_a_device_cookie_is_good_for_the_accounts_it_has_logged_in_to_only(
    owner: Caller, calling: Door
) -> None:
    noor = MINA | {"email": "noor@people.test"}
    calling(host=HERE).post("/api/auth/register", noor)
    for n in range(login_throttle.ACCOUNT_CEILING):
        calling(host=f"203.0.113.{n}").post(LOG_IN, WRONG | {"email": noor["email"]})
    theirs = {"email": noor["email"], "password": noor["password"]}
    assert owner.post(LOG_IN, theirs).status_code == 429


def test_a_password_changed_while_it_was_checked_lets_nobody_in(
    owner: Caller, calling: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief, log_in = calling(host=ELSEWHERE), credentials.log_in

    async def overtaken(request: Any, browser: credentials.Browser) -> accounts.ProvenPassword:
        proven = await log_in(request, browser)
        with write_transaction() as session:
            session.get_one(User, proven.account.id).password_hash = "another"
        return proven

    monkeypatch.setattr(credentials, "log_in", overtaken)
    answer = thief.post(LOG_IN, RIGHT)
    assert (answer.status_code, told(answer)["error"]) == (401, "wrong_credentials")
    assert thief.get("/api/auth/me").status_code == 401


def test_one_browser_is_known_to_two_accounts(owner: Caller, calling: Door) -> None:
    noor = MINA | {"email": "noor@people.test"}
    owner.post("/api/auth/register", noor)
    guesses_everywhere(calling, login_throttle.ACCOUNT_CEILING)
    assert tries(owner, 1, RIGHT) == [200]


def test_a_password_no_hash_can_hold_is_bad_input(owner: Caller) -> None:
    answer = owner.request("POST", LOG_IN, content=b'{"email": "mina@people.test", "password": "\\ud83d"}')
    assert (answer.status_code, list(told(answer)["fields"])) == (422, ["password"])
