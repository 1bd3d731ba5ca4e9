"""How one hears of what, over REST; and the address in the header of every mail, which stops its topic."""

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import NoticeTopic, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.presenters.mail.addresses import one_click
from mentorbook.services.mail.preferences import notice_choices
from mentorbook.services.mail.secret_addresses import renew_secret, secret_of
from tests.api.conftest import FOREIGN, ORIGIN, Door, told
from tests.conftest import Hands
from tests.people import a_mentee

ONE_CLICK = {"content": b"List-Unsubscribe=One-Click"}
FORM = {"headers": {"Content-Type": "application/x-www-form-urlencoded"}, **ONE_CLICK}


def header_address(person: Account, topic: NoticeTopic = NoticeTopic.REMINDERS) -> str:
    """What stands in the header of a mail, as a path."""
    return one_click("", secret_of(person.id, SecretPurpose.UNSUBSCRIBE), topic)


def without_mail(person: Account) -> list[NoticeTopic]:
    """The topics of which somebody gets no mail."""
    return [choice.topic for choice in notice_choices(person).topics if not choice.by_mail]


def test_choices_are_read_and_changed_in_part(db: Database, hands: Hands, calling: Door) -> None:
    mina = calling(a_mentee())
    before = mina.get("/api/me/preferences").json()["topics"]
    assert before == [{"topic": topic, "inApp": True, "byMail": True} for topic in NoticeTopic]
    body = {"topics": [{"topic": "reminders", "byMail": False}, {"topic": "changes", "inApp": False}]}
    after = mina.request("PUT", "/api/me/preferences", json=body).json()
    assert mina.get("/api/me/preferences").json() == after
    changed = {each["topic"]: (each["inApp"], each["byMail"]) for each in after["topics"]}
    assert changed == dict.fromkeys(NoticeTopic, (True, True)) | {
        "reminders": (True, False),
        "changes": (False, True),
    }


def test_one_click_stops_the_mail_of_a_topic(db: Database, hands: Hands, calling: Door) -> None:
    mina, program = a_mentee(), calling()
    for _ in range(2):  # once more is no fault
        answer = program.request("POST", header_address(mina), **FORM)
        assert (answer.status_code, answer.content) == (204, b"")
        assert without_mail(mina) == [NoticeTopic.REMINDERS]
    assert program.request("POST", header_address(mina, NoticeTopic.CHANGES)).status_code == 204
    assert without_mail(mina) == [NoticeTopic.CHANGES, NoticeTopic.REMINDERS]
    assert all(choice.in_app for choice in notice_choices(mina).topics)


def test_it_is_the_secret_alone_that_counts(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    address = header_address(mina)
    assert calling(noor).request("POST", address, headers={"Origin": ORIGIN}).status_code == 204
    assert (without_mail(mina), without_mail(noor)) == ([NoticeTopic.REMINDERS], [])
    foreign = calling().request("POST", header_address(noor), headers={"Origin": FOREIGN}, content=b"x")
    assert (foreign.status_code, without_mail(noor)) == (403, [])


def test_to_look_at_the_address_stops_nothing(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mina = a_mentee()
    address = header_address(mina)
    for method in ("GET", "HEAD"):
        calling().request(method, address)
        assert without_mail(mina) == []
    answer = calling().get(address)
    secret = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/unsubscribe?key={secret}&topic=reminders",
    )
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("wrong", ["former", "none", "%00", "calendar", "topic"])
def test_a_wrong_address_is_as_absent_as_any(db: Database, hands: Hands, calling: Door, wrong: str) -> None:
    mina = a_mentee()
    former = header_address(mina)
    renew_secret(mina.id, SecretPurpose.UNSUBSCRIBE)
    address = {
        "former": former,
        "calendar": f"/api/unsubscribe/{secret_of(mina.id, SecretPurpose.CALENDAR)}/reminders",
        "topic": header_address(mina).replace("/reminders", "/weather"),
    }.get(wrong, f"/api/unsubscribe/{wrong}/reminders")
    answer = calling().request("POST", address, **FORM)
    assert (answer.status_code, told(answer)["error"]) == (404, "not_found")
    assert without_mail(mina) == []
