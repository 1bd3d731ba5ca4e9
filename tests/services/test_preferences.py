"""How people hear of what: their own choice, and that of whoever holds the secret of a link in their mail."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from mentorbook.db.delivery import NoticePreference, Notification
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.domain.errors import NotFound, RateLimited, ValidationFailed
from mentorbook.domain.kinds import NoticeKind, NoticeTopic, SecretPurpose
from mentorbook.domain.views import Account, NoticeFacts
from mentorbook.services import change_feed, notifications
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.mail import opened_addresses
from mentorbook.services.mail.notice_mail import notice_to_mail
from mentorbook.services.mail.preferences import change_choices, change_mail, mail_choices, notice_choices
from mentorbook.services.mail.secret_addresses import renew_secret, secret_of
from mentorbook.services.notifications import NewNotice, add_notices, count_unread, list_notifications
from tests.conftest import Hands
from tests.people import a_mentee

HERE = "192.0.2.1"
REMINDERS, CHANGES = NoticeTopic.REMINDERS, NoticeTopic.CHANGES


def told(person: Account, *kinds: NoticeKind) -> list[dict[str, Any]]:
    """Tell somebody of these things; the messages of the mails that say the same."""
    with write_transaction() as session:
        notices = [NewNotice(person.id, kind, NoticeFacts(session_title="Maps")) for kind in kinds]
        return [message.payload for message in add_notices(session, notices)]


def choose(person: Account, topic: NoticeTopic, **ways: bool) -> None:
    """Change one topic."""
    change_choices(person, {"topics": [{"topic": topic, **ways}]})


def listed(person: Account) -> list[tuple[str, bool]]:
    """What somebody reads: the kind of each, and whether it is read; the oldest first."""
    return [(each.kind, each.read) for each in reversed(list_notifications(person).notices)]


def test_whoever_has_said_nothing_hears_of_all_in_both_ways(db: Database, hands: Hands) -> None:
    choices = notice_choices(a_mentee()).topics
    assert [choice.topic for choice in choices] == list(NoticeTopic)
    assert all(choice.in_app and choice.by_mail for choice in choices)


def test_nobody_turns_off_what_keeps_others_out_of_their_account(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    told(mina, NoticeKind.PASSWORD_LINK_MADE, NoticeKind.MENTOR_INVITED)
    for topic in NoticeTopic:
        choose(mina, topic, inApp=False, byMail=False)
    assert listed(mina) == [("password_link_made", False)]
    assert count_unread(mina) == 1
    # What is mailed of it is another mail.
    (payload,) = told(mina, NoticeKind.PASSWORD_LINK_MADE)
    assert notice_to_mail(payload, uuid4()) is None


def test_each_way_of_each_topic_is_chosen_by_itself(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    choose(mina, REMINDERS, inApp=False)
    choose(mina, REMINDERS, byMail=False)
    choose(mina, CHANGES, byMail=False)
    choose(mina, CHANGES, byMail=True)
    for choice in notice_choices(mina).topics:
        is_on = choice.topic != REMINDERS
        assert (choice.in_app, choice.by_mail) == (is_on, is_on), choice.topic
    assert all(choice.in_app and choice.by_mail for choice in notice_choices(noor).topics)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "topics"),
        ({"topics": []}, "topics"),
        ({"topics": [{"topic": "weather", "inApp": True}]}, "topics.0.topic"),
        ({"topics": [{"topic": "changes", "inApp": "no"}]}, "topics.0.inApp"),
        ({"topics": [{"topic": "changes", "by_post": True}]}, "topics.0.by_post"),
        ({"topics": [{"topic": "changes"}] * 7}, "topics"),
    ],
)
def test_what_is_no_choice_changes_nothing(
    sqlite_db: Database, hands: Hands, request_: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        change_choices(a_mentee(), request_)
    assert list(refused.value.fields) == [field]
    with read_transaction() as session:
        assert session.scalar(select(func.count()).select_from(NoticePreference)) == 0


def test_what_is_off_in_the_app_is_neither_listed_nor_counted(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    told(mina, NoticeKind.BOOKING_CONFIRMED, NoticeKind.REMINDER_DAY)
    choose(mina, REMINDERS, inApp=False)
    hands.on(minutes=1)
    told(mina, NoticeKind.REMINDER_HOUR)
    assert listed(mina) == [("booking_confirmed", False)]
    assert count_unread(mina) == 1
    found = list_notifications(mina)
    assert (found.total, found.unread) == (1, 1)
    assert notifications.mark_read(mina, {}).unread == 0


def test_what_was_turned_off_does_not_come_up_as_new_again(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    for person in (mina, noor):
        told(person, NoticeKind.REMINDER_DAY)
        hands.on(minutes=1)
    choose(mina, REMINDERS, inApp=False)
    told(mina, NoticeKind.REMINDER_HOUR)
    hands.on(minutes=1)
    told(mina, NoticeKind.BOOKING_CONFIRMED)
    choose(mina, REMINDERS, inApp=True)
    assert listed(mina) == [("reminder_day", True), ("reminder_hour", True), ("booking_confirmed", False)]
    assert (count_unread(mina), count_unread(noor)) == (1, 1)
    hands.on(minutes=1)
    told(mina, NoticeKind.REMINDER_HOUR)
    assert count_unread(mina) == 2


def test_choices_made_at_once_are_all_kept(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    secret = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)

    def one(number: int) -> None:
        topic = list(NoticeTopic)[number % len(NoticeTopic)]
        if number < len(NoticeTopic):
            choose(mina, topic, inApp=False)
        else:
            change_mail(secret, HERE, {topic: False})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(2 * len(NoticeTopic))))
    assert not any(choice.in_app or choice.by_mail for choice in notice_choices(mina).topics)


def test_a_choice_of_mail_leaves_the_app_as_it_is(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    told(mina, NoticeKind.REMINDER_DAY)
    choose(mina, REMINDERS, byMail=False)
    assert listed(mina) == [("reminder_day", False)]


def test_no_mail_is_written_of_what_was_turned_off_meanwhile(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    ours, other = told(mina, NoticeKind.MENTOR_APPROVED, NoticeKind.BOOKING_CONFIRMED)
    change_mail(secret_of(mina.id, SecretPurpose.UNSUBSCRIBE), HERE, {NoticeTopic.MENTORING: False})
    assert notice_to_mail(ours, uuid4()) is None
    assert notice_to_mail(other, uuid4()) is not None


def test_what_another_version_wrote_belongs_to_changes(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    told(mina, NoticeKind.BOOKING_CONFIRMED)
    told(mina, NoticeKind.REMINDER_DAY)
    of_tomorrow = update(Notification).where(col(Notification.kind) == "reminder_day")
    with write_transaction() as session:
        session.execute(of_tomorrow.values(kind="a_kind_of_tomorrow"))
    assert count_unread(mina) == 2
    choose(mina, CHANGES, inApp=False)
    assert (listed(mina), count_unread(mina)) == ([("booking_confirmed", False)], 1)


def test_the_secret_of_a_mail_opens_the_choice_of_mail_and_nothing_else(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    secret = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    assert all(mail_choices(secret, HERE).wanted.values())
    choose(mina, CHANGES, inApp=False)
    found = change_mail(secret, HERE, {REMINDERS: False, CHANGES: False})
    assert found.email == mina.email
    assert [topic for topic, is_on in found.wanted.items() if not is_on] == [CHANGES, REMINDERS]
    assert change_mail(secret, HERE, {CHANGES: True, REMINDERS: False}).wanted[CHANGES]
    ways = {choice.topic: (choice.in_app, choice.by_mail) for choice in notice_choices(mina).topics}
    assert (ways[CHANGES], ways[REMINDERS]) == ((False, True), (True, False))


def test_open_pages_of_the_same_person_hear_of_every_change(sqlite_db: Database, hands: Hands) -> None:
    mina, heard = a_mentee(), list[frozenset[Any]]()
    secret = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    with change_feed.listening(heard.append):
        choose(mina, CHANGES, inApp=False)
        change_mail(secret, HERE, {CHANGES: False})
    assert heard == [frozenset({mina.id})] * 2


def test_a_secret_that_is_none_opens_nothing(db: Database, hands: Hands) -> None:
    mina, admin = a_mentee(), a_mentee("Admin", is_admin=True)
    former = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    present = renew_secret(mina.id, SecretPurpose.UNSUBSCRIBE)
    of_calendar = secret_of(mina.id, SecretPurpose.CALENDAR)
    wrong = [
        former,
        of_calendar,
        "",
        "x" * 43,
        present[:-1],
        f"{present} ",
        "\x00",
        "\ud800",
        "é",
        str(uuid4()),
    ]
    for secret in wrong:
        with pytest.raises(NotFound):
            mail_choices(secret, HERE)
        with pytest.raises(NotFound):
            change_mail(secret, HERE, {CHANGES: False})
    assert mail_choices(present, HERE).wanted[CHANGES]
    deactivate(admin, mina.id, {"reason": "Because"})
    with pytest.raises(NotFound):
        mail_choices(present, HERE)


def test_wrong_secrets_are_limited_by_network_and_right_ones_are_not(db: Database, hands: Hands) -> None:
    secret = secret_of(a_mentee().id, SecretPurpose.UNSUBSCRIBE)
    for number in range(opened_addresses.MOST_WRONG):
        with pytest.raises(NotFound):
            mail_choices(f"guess{number}", HERE)
    with pytest.raises(RateLimited) as refused:
        mail_choices("guess", HERE)
    assert refused.value.retry_after == opened_addresses.WRONG_LASTS
    assert mail_choices(secret, HERE)
    with pytest.raises(NotFound):
        mail_choices("guess", "198.51.100.7")
    hands.on(seconds=opened_addresses.WRONG_LASTS + 1)
    with pytest.raises(NotFound):
        mail_choices("guess", HERE)


def test_one_secret_is_used_so_often_a_minute(sqlite_db: Database, hands: Hands) -> None:
    mine, other = (secret_of(a_mentee().id, SecretPurpose.UNSUBSCRIBE) for _ in range(2))
    for _ in range(opened_addresses.MOST_OPENED):
        mail_choices(mine, HERE)
    with pytest.raises(RateLimited):
        mail_choices(mine, "198.51.100.7")
    assert mail_choices(other, HERE)
    hands.on(seconds=opened_addresses.OPENED_LASTS + 1)
    assert mail_choices(mine, HERE)
