"""Some people, and what each of them may do that others' pages show."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import reflex as rx

from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed, clock
from mentorbook.services.admin.account_changes import approve_mentor, deactivate
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.availability.own_hours import own_hours, publish_draft
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.clock import now
from mentorbook.services.meeting import recording
from mentorbook.services.meeting.attendance import take_in
from mentorbook.services.meeting.messages import write_message
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.services.notifications import mark_read
from mentorbook.services.people import accounts, logins
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.own_profile import own_profile, save_profile
from mentorbook.services.people.pictures import save_picture
from tests.images import an_image
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page
from tests.worlds import a_payment

WHY = {"reasonCategory": "schedule_conflict"}


class Cast:
    """Moira and Greta mentor (Greta is asked first), Noor would like to; Mina has a session with each."""

    def __init__(self) -> None:
        self.moira, self.greta = a_mentor("Moira"), a_mentor("Greta", require_confirmation=True)
        noor = a_mentee("Noor")
        request_to_mentor(noor)
        self.noor = accounts.account(noor.id)
        publish_draft(self.noor, _wire(own_hours(self.moira)))
        self.mina, self.faye = a_mentee("Mina"), a_mentee("Faye")
        self.ada, self.zoe = a_mentee("Ada", is_admin=True), a_mentee("Zoe", is_admin=True)
        self.payment = SimpleNamespace(id="")
        self.session, self.asked = booked(self.mina, self.moira, 50), booked(self.mina, self.greta, 60)


def _wire(model: Any) -> dict[str, Any]:
    made: dict[str, Any] = model.model_dump(by_alias=True, mode="json")
    return made


def booked(mentee: Account, mentor: Account, hours: float) -> Booking:
    """A session so many hours after NOON."""
    return create_booking(mentee, a_request(mentor, in_hours(hours)))


# What somebody does: the rows below say who looks on.


def mina_takes_the_first_time(cast: Cast) -> None:
    booked(cast.mina, cast.moira, 0.5)


def faye_takes_the_first_time(cast: Cast) -> None:
    booked(cast.faye, cast.moira, 0.5)


def faye_is_elsewhere_then(cast: Cast) -> None:
    booked(cast.faye, cast.greta, 0.5)


def faye_books_moira(cast: Cast) -> None:
    booked(cast.faye, cast.moira, 20)


def faye_asks_greta(cast: Cast) -> None:
    booked(cast.faye, cast.greta, 20)


def mina_cancels(cast: Cast) -> None:
    cancel_booking(cast.mina, cast.session.id, WHY)


def an_admin_gives_money_back(cast: Cast) -> None:
    refund_by_hand(cast.zoe, cast.session.id, {"amountMinor": 2500, "reason": "Noise"})


def mina_has_paid(cast: Cast) -> None:
    cast.payment = SimpleNamespace(id=a_payment(cast.session.id))


def moira_enters_the_room(cast: Cast) -> None:
    her = Participant(identity=str(cast.moira.id), connection="PA_1", joined_at=now())
    take_in(VideoEvent("EV_1", "participant_joined", room_name(cast.session.id), now(), her))


def mina_withdraws(cast: Cast) -> None:
    cancel_booking(cast.mina, cast.asked.id, WHY)


def mina_writes_a_title(cast: Cast) -> None:
    update_booking(cast.mina, cast.session.id, {"title": "Owls"})


def mina_is_renamed(cast: Cast) -> None:
    accounts.update_profile(cast.mina, {"name": "Io", "timezone": "UTC"})


def moira_is_renamed(cast: Cast) -> None:
    accounts.update_profile(cast.moira, {"name": "Io", "timezone": "UTC"})


def moira_shows_a_picture(cast: Cast) -> None:
    save_picture(cast.moira, an_image())


def moira_speaks_of_owls(cast: Cast) -> None:
    said = {**_wire(own_profile(cast.moira)), "headline": "Owls", "expertise": ["Owls"], "rate": "75"}
    save_profile(cast.moira, said)


def moira_is_not_bookable(cast: Cast) -> None:
    save_profile(cast.moira, {**_wire(own_profile(cast.moira)), "isAvailable": False})


def moira_closes(cast: Cast) -> None:
    hours = _wire(own_hours(cast.moira))
    for each in hours["weeklyPatterns"]:
        each["isEnabled"] = False
    publish_draft(cast.moira, hours)


def moira_opens(cast: Cast) -> None:
    publish_draft(cast.moira, _wire(own_hours(cast.greta)))


def moira_reads(cast: Cast) -> None:
    mark_read(cast.moira, {})


def moira_writes(cast: Cast) -> None:
    with clock.stand_at(lambda: cast.session.scheduled_at):
        write_message(cast.moira, cast.session.id, {"text": "Hello"})


def a_recording_is_heard_of(cast: Cast) -> None:
    change_feed.announce(recording.followed(cast.session.id, "EG_1", ""))


def mina_logs_in(cast: Cast) -> None:
    accounts.start_login(
        cast.mina.id, address=None, agent="Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0"
    )


def mina_logs_out_there(cast: Cast) -> None:
    there = next(each for each in logins.list_logins(cast.mina, "") if "Firefox" in each.browser)
    logins.end_one(cast.mina, there.id)


def faye_asks_to_mentor(cast: Cast) -> None:
    request_to_mentor(cast.faye)


def noor_is_approved(cast: Cast) -> None:
    approve_mentor(cast.zoe, cast.noor.id)


def moira_is_deactivated(cast: Cast) -> None:
    deactivate(cast.zoe, cast.moira.id, {"reason": "Left."})


def one_move_is_allowed(cast: Cast) -> None:
    change_policies(cast.zoe, {"max_reschedules_per_session": 1})


Change = Callable[[Cast], None]


@dataclass(frozen=True)
class Row:
    """Who looks at which address, what the page loads there, and what is read before and after a change."""

    name: str
    who: str
    path: str
    kind: type[rx.State]
    change: Change
    reads: str | Callable[[Any], Any]
    """A fact of the state, or a question to it."""
    before: Any
    after: Any
    loads: str = field(default="load", kw_only=True)
    first: Change | None = field(default=None, kw_only=True)
    """What has happened before the page is opened."""

    def address(self, cast: Cast) -> str:
        """The path with the ids of the cast."""
        return self.path.format(**{name: value.id for name, value in vars(cast).items()})

    def read(self, page: Page) -> Any:
        """What stands on the page."""
        state = page.state(self.kind)
        return attrgetter(self.reads)(state) if isinstance(self.reads, str) else self.reads(state)
