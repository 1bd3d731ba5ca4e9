"""What mentors do with their own profile: read it and replace it."""

from decimal import Decimal
from typing import Any

from sqlmodel import Session

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import Mentor, User
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import NotPermitted, ProfileChanged
from mentorbook.domain.people.own_profile import ProfileUpdate, parse_profile
from mentorbook.domain.views import Account, MentorLink, OwnProfile
from mentorbook.services.change_feed import MENTORS, announce
from mentorbook.services.people.mentor_directory import search_text


def own_profile(actor: Account) -> OwnProfile:
    """Return what a mentor says about themselves. Raises `NotPermitted` for anybody else."""
    with read_transaction() as session:
        return _view(_own(session, actor))


def save_profile(
    actor: Account, request: ProfileUpdate | dict[str, Any], condition: IfMatch | None = None
) -> OwnProfile:
    """Replace a mentor's profile; what is left out is empty. Booked sessions keep their rate.

    Open pages that show the mentor hear of it. Raises `NotPermitted`, `ValidationFailed`, and
    `ProfileChanged` where the condition does not hold.
    """
    _require_mentor(actor)
    wanted = parse_profile(request)
    with write_transaction() as session:
        lock_people(session, [actor.id])
        mentor = _own(session, actor)
        tag = tag_of_answer(_view(mentor))
        if condition is not None and not condition.holds(tag):
            raise ProfileChanged(tag)
        mentor.headline, mentor.bio = wanted.headline, wanted.about
        mentor.expertise = list(wanted.expertise)
        mentor.rate, mentor.currency = Decimal(wanted.rate), wanted.currency
        mentor.city, mentor.languages = wanted.city or None, list(wanted.languages)
        mentor.links = [{"url": link.url, "label": link.label or None} for link in wanted.links]
        mentor.is_available = wanted.is_available
        # As it is now: the name may have been changed in another tab.
        name = session.get_one(User, actor.id).name
        mentor.search_text = search_text(name, mentor.headline, mentor.expertise)
        touch_calendars(session, [actor.id], hours=True)
        session.flush()
        session.refresh(mentor)
        saved = _view(mentor)
    announce([actor.id, MENTORS])
    return saved


def _require_mentor(actor: Account) -> None:
    if not actor.has_mentor_side:
        raise NotPermitted("Only mentors have a profile.")


def _own(session: Session, actor: Account) -> Mentor:
    _require_mentor(actor)
    mentor = session.get(Mentor, actor.id)
    if mentor is None:
        raise NotPermitted("Only mentors have a profile.")
    return mentor


def _view(mentor: Mentor) -> OwnProfile:
    return OwnProfile(
        headline=mentor.headline,
        about=mentor.bio,
        expertise=list(mentor.expertise),
        rate=str(mentor.rate),
        currency=mentor.currency,
        city=mentor.city,
        languages=list(mentor.languages),
        links=[MentorLink(**link) for link in mentor.links],
        is_available=mentor.is_available,
    )
