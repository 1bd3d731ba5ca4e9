"""A whole draft is published at once, and a day of it is explained hour by hour before."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.availability.closed_hours import ClosedBy
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import HoursChanged, NotPermitted, ValidationFailed
from mentorbook.services import change_feed
from mentorbook.services.availability.own_hours import add_exception, own_hours, publish_draft
from mentorbook.services.availability.preview import explain_day, preview_slots
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.services.test_own_hours import LUNCH, MORNING, THURSDAY, an_exception, day, hours, slots_of

DRAFT = hours(day(4, MORNING), day(5, MORNING, LUNCH), bufferTimeBetweenSessions=0)


def draft(*exceptions: dict[str, Any], **schedule: Any) -> dict[str, Any]:
    """Thursday and Friday mornings, with these exceptions."""
    return {**DRAFT, "schedule": DRAFT["schedule"] | schedule, "exceptions": list(exceptions)}


def test_exceptions_are_kept_changed_added_and_removed_together(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    kept = add_exception(mentor, an_exception("2027-01-20"))
    gone = add_exception(mentor, an_exception("2027-01-21"))
    changed = add_exception(mentor, an_exception("2027-01-22"))
    heard: list[frozenset[UUID]] = []
    with change_feed.listening(heard.append):
        saved = publish_draft(
            mentor,
            draft(
                {**an_exception("2027-01-20"), "id": str(kept.id)},
                {**an_exception("2027-01-23", reason="Moved"), "id": str(changed.id)},
                an_exception("2027-01-24"),
            ),
        )
    assert heard == [frozenset({mentor.id, change_feed.MENTORS})]
    by_id = {each.id: each for each in saved.exceptions}
    assert gone.id not in by_id
    assert len(by_id) == 3
    assert by_id[kept.id].start_date == date(2027, 1, 20)
    assert (by_id[changed.id].start_date, by_id[changed.id].reason) == (date(2027, 1, 23), "Moved")
    assert own_hours(mentor) == saved
    assert saved.schedule.timezone == "Europe/London"
    assert slots_of(mentor)[:2] == ["Thu 09:00", "Thu 09:30"]


def test_all_of_it_or_nothing(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    before = own_hours(mentor)
    refused = (
        draft(an_exception("2027-01-12")),
        draft(an_exception("2027-01-22", "2027-01-20")),
        draft(timezone="Nowhere"),
    )
    for each in refused:
        with pytest.raises(ValidationFailed):
            publish_draft(mentor, each)
    with pytest.raises(NotPermitted):
        publish_draft(mentee, draft())
    assert own_hours(mentor) == before


def test_what_was_saved_meanwhile_is_not_overwritten(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    seen = IfMatch(frozenset({tag_of_answer(own_hours(mentor))}))
    add_exception(mentor, an_exception())
    with pytest.raises(HoursChanged):
        publish_draft(mentor, draft(), seen)
    assert len(own_hours(mentor).exceptions) == 1


def test_the_exceptions_of_others_stay_theirs(db: Database, hands: Hands) -> None:
    mentor, other = a_mentor(), a_mentor("Other")
    theirs = add_exception(other, an_exception("2027-01-20"))
    publish_draft(mentor, draft({**an_exception("2027-02-01"), "id": str(theirs.id)}))
    assert [each.start_date for each in own_hours(other).exceptions] == [date(2027, 1, 20)]
    (mine,) = own_hours(mentor).exceptions
    assert mine.id != theirs.id


def test_what_is_over_stays_on_record(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    old = add_exception(mentor, an_exception())
    hands.on(days=2)
    publish_draft(
        mentor, draft({**an_exception(), "id": str(old.id)}, {**an_exception(), "id": str(uuid4())})
    )
    assert own_hours(mentor).exceptions == []
    hands.on(days=-2)
    assert [each.id for each in own_hours(mentor).exceptions] == [old.id]


def test_a_day_is_explained_as_the_preview_offers_it(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina")
    create_booking(mentee, a_request(mentor, in_hours(46), duration=60))
    wanted = draft(
        an_exception("2027-01-15", type="BREAK", startTime="11:00", endTime="11:30"),
        bufferTimeBetweenSessions=15,
        defaultSessionDuration=30,
    )
    for on in (THURSDAY, THURSDAY + timedelta(1)):
        for zone in ("UTC", "Asia/Kathmandu", "America/St_Johns"):
            explained = explain_day(mentor, wanted, on, timezone=zone)
            offered = preview_slots(mentor, wanted, start_date=on, end_date=on, timezone=zone).starts
            assert tuple(each.start for each in explained if each.closed is None) == offered
            assert len(explained) == 48
    friday = {
        f"{each.start:%H:%M}": each
        for each in explain_day(mentor, wanted, THURSDAY + timedelta(1), timezone="UTC")
    }
    why = {time: each.closed.by for time, each in friday.items() if each.closed}
    assert (why["08:30"], why["12:00"]) == (ClosedBy.NO_HOURS, ClosedBy.NO_HOURS)
    assert why["10:00"] == ClosedBy.BLOCK
    assert why["11:00"] == ClosedBy.EXCEPTION
    assert "09:00" not in why


def test_a_session_in_the_way_is_named(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Moira", "UTC")
    create_booking(a_mentee("Mina"), a_request(mentor, in_hours(22), duration=30))
    wanted = draft(bufferTimeBetweenSessions=30, defaultSessionDuration=30, timezone="UTC")
    explained = explain_day(mentor, wanted, THURSDAY, timezone="UTC")
    found = {f"{each.start:%H:%M}": (each.closed and each.closed.by, each.with_whom) for each in explained}
    assert found["10:00"] == (ClosedBy.BOOKED, "Mina")
    assert found["09:30"] == (ClosedBy.BUFFER, "Mina")
    assert found["09:00"] == (None, "")


def test_a_pause_explains_every_hour(db: Database, hands: Hands) -> None:
    explained = explain_day(a_mentor(), draft(isActive=False), THURSDAY, timezone="UTC")
    assert {each.closed and each.closed.by for each in explained} == {ClosedBy.PAUSED}
    away = a_mentor(is_available=False)
    for sent, why in ((draft(), ClosedBy.NOT_BOOKABLE), (draft(isActive=False), ClosedBy.PAUSED)):
        explained = explain_day(away, sent, THURSDAY, timezone="UTC")
        assert {each.closed and each.closed.by for each in explained} == {why}
    with pytest.raises(NotPermitted):
        explain_day(a_mentee(), draft(), THURSDAY, timezone="UTC")
    with pytest.raises(ValidationFailed):
        explain_day(a_mentor(), draft(), THURSDAY, timezone="Nowhere")
