"""Pictures of mentors: save one, remove it, and hand it to those who may see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import Mentor, User
from mentorbook.domain.errors import DomainError, NotPermitted, RateLimited, ValidationFailed, no_such
from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.people.pictures import LARGEST_UPLOAD, is_picture_name, picture_address
from mentorbook.domain.ports import NotAPicture, PictureMaker, PictureStore
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, OwnPicture
from mentorbook.services.change_feed import MENTORS, announce, looks_of
from mentorbook.services.rate_counters import ceilings

# To make a picture takes up to half a second of a processor.
MOST_UPLOADS, COUNTED_FOR = 20, 3600  # seconds
_UNDER_WAY = timedelta(hours=1)

_plugged: list[tuple[PictureMaker, PictureStore]] = []


@contextmanager
def pictures_by(make: PictureMaker, store: PictureStore) -> Iterator[None]:
    """Make and keep pictures with these adapters while the block runs."""
    _plugged.append((make, store))
    try:
        yield
    finally:
        _plugged.remove((make, store))


def save_picture(actor: Account, upload: bytes) -> OwnPicture:
    """Make a picture of an uploaded file, and show it in place of the one before.

    Raises `NotPermitted` for who is no mentor, `ValidationFailed` for a file that is too large or no picture,
    and `RateLimited` beyond twenty uploads an hour.
    """
    make, store = _plugged[-1]
    _require_mentor(actor)
    if len(upload) > LARGEST_UPLOAD:
        raise too_large()
    counted = f"pictures {actor.id}"
    if ceilings().add(counted, COUNTED_FOR) > MOST_UPLOADS:
        raise RateLimited(ceilings().left(counted), "You have changed your picture often. Try again later.")
    try:
        picture = make(upload)
    except NotAPicture as error:
        raise ValidationFailed({"picture": str(error)}) from None
    # Names are never used again, so files come and go outside of the transaction, which others wait for.
    name = token_hex(16)
    store.keep(actor.id, name, picture)
    try:
        with write_transaction() as session:
            before = _show(session, _own(session, actor), name)
    except DomainError:
        drop_file(actor.id, name)
        raise
    drop_file(actor.id, before)
    announce([actor.id, looks_of(actor.id), MENTORS])
    return OwnPicture(picture=picture_address(actor.id, name))


def remove_picture(actor: Account) -> None:
    """Show initials instead of a picture. Raises `NotPermitted` for who is no mentor."""
    _require_mentor(actor)
    with write_transaction() as session:
        before = _show(session, _own(session, actor), None)
    drop_file(actor.id, before)
    announce([actor.id, looks_of(actor.id), MENTORS])


def picture(viewer: Account | None, mentor_id: Any, name: str) -> bytes:
    """Return the picture of this name. Raises `NotFound` unless it is the mentor's present one.

    Of who is not approved, or is deactivated, there is none for anybody else.
    """
    identifier = as_uuid(mentor_id)
    found = None
    if identifier is not None and is_picture_name(name):
        shown = (
            select(col(Mentor.status), col(User.deactivated_at))
            .join(User, col(User.id) == col(Mentor.id))
            .where(col(Mentor.id) == identifier, col(Mentor.picture) == name)
        )
        with read_transaction() as session:
            row = session.execute(shown).first()
        is_own = viewer is not None and viewer.id == identifier
        if row is not None and (is_own or (row[0] == MentorStatus.APPROVED and row[1] is None)):
            found = _plugged[-1][1].read(identifier, name)
    if found is None:
        raise no_such("picture")
    return found


def too_large() -> ValidationFailed:
    """Return the refusal of a file that is larger than may be uploaded."""
    return ValidationFailed({"picture": f"may be at most {LARGEST_UPLOAD // 2**20} MiB"})


def drop_file(person: UUID, name: str | None) -> None:
    """Delete the file of a picture that is shown no more, if there was one."""
    if name is not None:
        _plugged[-1][1].drop(person, name)


def drop_orphans() -> None:
    """Delete the files that nobody shows, which a crash or a failed transaction has left behind.

    Younger ones than an hour stay: their uploads may be under way. Where nobody shows a picture nothing is
    deleted, since the database may be another than the pictures belong to.
    """
    old = _plugged[-1][1].kept_longer_than(_UNDER_WAY)
    with read_transaction() as session:
        rows = session.execute(
            select(col(Mentor.id), col(Mentor.picture)).where(col(Mentor.picture).is_not(None))
        )
        shown = {(row[0], row[1]) for row in rows}
    for person, name in old if shown else ():
        if (person, name) not in shown:
            drop_file(person, name)


def _require_mentor(actor: Account) -> None:
    if not actor.has_mentor_side:
        raise NotPermitted("Only mentors have a picture.")


def _own(session: Session, actor: Account) -> Mentor:
    lock_people(session, [actor.id])
    mentor = session.get(Mentor, actor.id)
    if mentor is None:
        raise NotPermitted("Only mentors have a picture.")
    return mentor


def _show(session: Session, mentor: Mentor, name: str | None) -> str | None:
    """Set the present picture, and return the name of the one before."""
    before: str | None = mentor.picture
    mentor.picture = name
    session.flush()
    touch_calendars(session, [mentor.id], hours=True)
    return before
