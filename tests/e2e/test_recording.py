"""The lobby asks whether a session is recorded, and both are told for as long as it is."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.services import change_feed
from mentorbook.services.meeting import recording
from mentorbook.services.meeting.attendance import take_in
from mentorbook.services.meeting.rooms import room_name
from mentorbook.settings import settings
from tests.conftest import Hands
from tests.e2e.boxes import faults
from tests.e2e.checking import barriers
from tests.e2e.visitor import PHONE, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def test_it_begins_with_both_and_ends_with_either(
    visits: Visits, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(settings), "can_record", property(lambda _: True))
    mentee, mentor = a_mentee("Mina"), a_mentor("Moira")
    session = booked(mentee, mentor, TEN)
    hands.now = TEN - timedelta(minutes=5)
    mina, moira = visits(mentee), visits(mentor, size=PHONE)
    for visitor in (mina, moira):
        visitor.go(f"/room/{session.id}")
        expect(visitor.part("recording-choice")).to_contain_text("This session is not recorded.")
    mina.part("recording-choice").get_by_role("button", name="Agree to a recording").click()
    expect(mina.part("recording-choice")).to_contain_text("It begins when Moira agrees too.")
    expect(moira.part("recording-choice")).to_contain_text("Mina would like to record this session.")
    for visitor in (mina, moira):
        assert barriers(visitor.page) == []
        assert faults(visitor.page, "main") == []
    moira.part("recording-choice").get_by_role("button", name="Agree to a recording").click()
    for visitor in (mina, moira):
        expect(visitor.part("recording-choice")).to_contain_text("It begins when one of you joins.")
        assert barriers(visitor.page) == []
        assert faults(visitor.page, "main") == []
    here = Participant(str(mentee.id), "PA_1", hands.now)
    take_in(VideoEvent("EV_1", "participant_joined", room_name(session.id), hands.now, here))
    for visitor in (mina, moira):
        expect(visitor.part("recording-choice")).to_contain_text("The recording is starting.")
    change_feed.announce(recording.followed(session.id, "EG_1", ""))
    for visitor in (mina, moira):
        expect(visitor.part("recording-choice")).to_contain_text("This session is being recorded.")
    moira.part("recording-choice").get_by_role("button", name="Stop recording").click()
    expect(mina.part("recording-choice")).to_contain_text("The recording is stopping.")
    change_feed.announce(recording.followed(session.id, None, ""))
    expect(mina.part("recording-choice")).to_contain_text("You agree to a recording.")
    assert mina.errors == moira.errors == []


def test_where_nothing_can_be_recorded_it_says_so(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), TEN)
    hands.now = TEN
    mina = visits(mentee)
    mina.go(f"/room/{session.id}")
    expect(mina.part("recording-choice")).to_contain_text("Recording is not available here.")
    expect(mina.part("recording-button")).to_have_count(0)
    assert barriers(mina.page) == []
