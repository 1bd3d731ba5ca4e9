"""Pictures of mentors: kept as files, shown while they are the present one, gone with it."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from mentorbook.db.claims import lock_people
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import Mentor
from mentorbook.domain.errors import NotFound, NotPermitted, RateLimited, ValidationFailed
from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.people.pictures import LARGEST_UPLOAD
from mentorbook.domain.views import Account
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.integrations.pillow import square_picture
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.admin.people import person as person_detail
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from mentorbook.services.people.mentor_requests import request_to_mentor, withdraw_request
from mentorbook.services.people.pictures import (
    MOST_UPLOADS,
    drop_orphans,
    picture,
    pictures_by,
    remove_picture,
    save_picture,
)
from tests.conftest import Hands
from tests.images import HTML, an_image
from tests.people import a_mentee, a_mentor, a_request, in_hours

ONE, OTHER = an_image("JPEG"), an_image("PNG", (200, 300))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the pictures of the test are."""
    folder = tmp_path / "pictures"
    with pictures_by(square_picture, PictureFiles(folder)):
        yield folder


def files(folder: Path) -> list[Path]:
    """Every file that is kept."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def name_of(address: str | None) -> str:
    """The picture's own part of its address."""
    assert address is not None
    return address.rpartition("/")[2]


def saved(mentor: Account, upload: bytes = ONE) -> str:
    """The name of a picture that is saved now."""
    return name_of(save_picture(mentor, upload).picture)


def again(person: Account) -> Account:
    """The account as the next request finds it."""
    return accounts.account(person.id)


def test_a_picture_stands_wherever_the_mentor_does(db: Database, hands: Hands, folder: Path) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    assert profile(None, mentor.id).picture is None  # and is remembered
    heard: list[frozenset[Any]] = []
    with change_feed.listening(heard.append):
        address = save_picture(mentor, ONE).picture
    assert heard == [frozenset({mentor.id, change_feed.looks_of(mentor.id), change_feed.MENTORS})]
    assert address == f"/api/mentors/{mentor.id}/picture/{name_of(address)}"
    token = accounts.start_login(mentor.id, address=None, agent=None)
    held = accounts.accounts_by_logins([accounts.cookie_hash(token)])[accounts.cookie_hash(token)]
    assert held is not None
    shown = get_booking(mentee, booking.id)
    found = (
        profile(None, mentor.id).picture,
        directory(None, DirectoryQuery()).mentors[0].picture,
        again(mentor).picture,
        held.picture,
        accounts.update_profile(mentor, {"name": "Moira", "timezone": "UTC"}).picture,
        shown.mentor.picture,
        create_booking(mentee, a_request(mentor, in_hours(30))).mentor.picture,
        person_detail(a_mentee(is_admin=True), mentor.id).picture,
    )
    assert set(found) == {address}
    assert (shown.mentee.picture, again(mentee).picture) == (None, None)
    assert picture(None, mentor.id, name_of(address)) == square_picture(ONE)
    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_only_the_present_picture_is_there(db: Database, hands: Hands, folder: Path) -> None:
    mentor = a_mentor()
    first, second = saved(mentor), saved(mentor, OTHER)
    assert first != second
    with pytest.raises(NotFound):
        picture(None, mentor.id, first)
    assert [file.stem for file in files(folder)] == [second]
    third = saved(mentor, OTHER)  # the same again has another name: no file is ever in use twice
    assert third != second
    assert picture(None, mentor.id, third) == square_picture(OTHER)
    assert [file.stem for file in files(folder)] == [third]
    remove_picture(mentor)
    remove_picture(mentor)
    assert again(mentor).picture is None
    assert profile(None, mentor.id).picture is None
    assert files(folder) == []
    with pytest.raises(NotFound):
        picture(mentor, mentor.id, third)


def test_the_same_picture_of_two_mentors_is_two_files(db: Database, hands: Hands, folder: Path) -> None:
    one, other = a_mentor(), a_mentor()
    assert saved(one) != saved(other)
    remove_picture(one)
    assert picture(None, other.id, name_of(again(other).picture))
    assert len(files(folder)) == 1


def test_who_is_hidden_has_no_picture_for_anybody_else(db: Database, hands: Hands) -> None:
    person, admin = a_mentee("Noor"), a_mentee("Admin", is_admin=True)
    request_to_mentor(person)
    name = saved(again(person))
    others = (None, a_mentee(), admin, a_mentor())

    def is_hidden() -> None:
        for viewer in others:
            with pytest.raises(NotFound):
                picture(viewer, person.id, name)

    is_hidden()
    assert picture(person, person.id, name)
    with write_transaction() as session:
        session.get_one(Mentor, person.id).status = MentorStatus.APPROVED
    assert picture(None, person.id, name)
    deactivate(admin, person.id, {"reason": "Because"})
    is_hidden()


def test_nothing_else_is_found_under_any_name(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    name = saved(mentor)
    for identifier in ("", "none", str(uuid4()), a_mentee().id, "../" + str(mentor.id)):
        with pytest.raises(NotFound):
            picture(mentor, identifier, name)
    for other in (
        "",
        "None",
        name.upper(),
        name + "x",
        "../" + name,
        f"../{mentor.id}/{name}",
        "x" * 10_000,
        "\0",
        name[:-1] + "\0",
        "\ud800",
        name + "\n",
    ):
        with pytest.raises(NotFound):
            picture(mentor, mentor.id, other)
    with pytest.raises(NotFound):
        picture(None, a_mentor().id, "")


def test_a_file_that_was_lost_is_no_picture(db: Database, hands: Hands, folder: Path) -> None:
    mentor = a_mentor()
    name = saved(mentor)
    files(folder)[0].unlink()
    with pytest.raises(NotFound):
        picture(None, mentor.id, name)
    assert picture(None, mentor.id, saved(mentor))  # and is back with the next upload


def test_what_is_no_picture_changes_nothing(db: Database, hands: Hands, folder: Path) -> None:
    mentor = a_mentor()
    name = saved(mentor)
    for upload, why in (
        (HTML, "cannot be read as a picture; use a JPEG, PNG or WebP"),
        (b"", "cannot be read as a picture; use a JPEG, PNG or WebP"),
        (ONE + bytes(LARGEST_UPLOAD), "may be at most 2 MiB"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            save_picture(mentor, upload)
        assert refused.value.fields == {"picture": why}
    assert name_of(again(mentor).picture) == name
    assert [file.stem for file in files(folder)] == [name]
    # Positive control: at the edge it is taken, whatever follows the picture.
    longest = saved(mentor, ONE + bytes(LARGEST_UPLOAD - len(ONE)))
    assert picture(None, mentor.id, longest) == square_picture(ONE)


def test_only_mentors_have_a_picture(db: Database, hands: Hands, folder: Path) -> None:
    person = a_mentee()
    for act in (lambda: save_picture(person, ONE), lambda: remove_picture(person)):
        with pytest.raises(NotPermitted):
            act()
    request_to_mentor(person)
    applicant = again(person)
    withdraw_request(person)
    # In a tab that has been open all along.
    with pytest.raises(NotPermitted):
        save_picture(applicant, ONE)
    assert files(folder) == []


def test_a_withdrawn_request_takes_its_picture_along(db: Database, hands: Hands, folder: Path) -> None:
    person = a_mentee()
    request_to_mentor(person)
    saved(again(person))
    assert len(files(folder)) == 1
    withdraw_request(again(person))
    assert files(folder) == []


def test_nobody_keeps_the_processor_busy(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    for _ in range(MOST_UPLOADS):
        saved(mentor)
    with pytest.raises(RateLimited):
        save_picture(mentor, ONE)
    saved(a_mentor())
    hands.on(hours=1.1)
    saved(mentor)


def test_uploads_at_once_leave_one_picture_and_its_file(db: Database, hands: Hands, folder: Path) -> None:
    mentor = a_mentor()
    failed: list[BaseException] = []

    def upload(number: int) -> None:
        try:
            for turn in range(3):
                saved(mentor, (ONE, OTHER)[(number + turn) % 2])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    present = name_of(again(mentor).picture)
    assert [file.stem for file in files(folder)] == [present]
    assert picture(None, mentor.id, present)


def test_a_transaction_that_fails_shows_the_picture_before(
    db: Database, hands: Hands, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = a_mentor()
    name = saved(mentor)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("mentorbook.services.people.pictures.touch_calendars", fail)
        with pytest.raises(RuntimeError):
            save_picture(mentor, OTHER)
    assert name_of(again(mentor).picture) == name
    assert picture(None, mentor.id, name)
    # The other file is an orphan: nobody is given it, and the first start after an hour deletes it.
    (orphan,) = [file for file in files(folder) if file.stem != name]
    with pytest.raises(NotFound):
        picture(mentor, mentor.id, orphan.stem)
    drop_orphans()
    assert orphan.exists()
    for file in files(folder):
        grow_old(file)
    drop_orphans()
    assert [file.stem for file in files(folder)] == [name]


def grow_old(file: Path) -> None:
    """Make a file one that was written more than an hour ago."""
    written = file.stat().st_mtime - 3_700
    os.utime(file, (written, written))


def test_pictures_of_another_database_are_left_alone(db: Database, hands: Hands, folder: Path) -> None:
    a_mentor()
    PictureFiles(folder).keep(uuid4(), "a" * 32, ONE)
    for file in files(folder):
        grow_old(file)
    drop_orphans()
    assert len(files(folder)) == 1


def test_files_that_are_none_of_ours_are_left_alone(db: Database, hands: Hands, folder: Path) -> None:
    mentor = a_mentor()
    drop_orphans()  # also where there is no folder yet
    saved(mentor)
    others = [folder / "README.webp", folder / "notes" / "me.webp", folder / str(mentor.id) / "a-b.webp"]
    for file in others:
        file.parent.mkdir(exist_ok=True)
        file.touch()
        grow_old(file)
    drop_orphans()
    assert all(file.exists() for file in others)


def test_nobody_waits_for_the_disk(db: Database, hands: Hands, folder: Path) -> None:
    """Files are written and deleted while everybody else may write to the database."""
    mentor = a_mentor()
    touched: list[str] = []

    def write_meanwhile(what: str) -> None:
        def write() -> None:
            with write_transaction() as session:
                lock_people(session, [mentor.id])
            touched.append(what)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(30)

    class Slow(PictureFiles):
        def keep(self, person: UUID, name: str, picture: bytes) -> None:
            write_meanwhile("keep")
            super().keep(person, name, picture)

        def drop(self, person: UUID, name: str) -> None:
            write_meanwhile("drop")
            super().drop(person, name)

    with pictures_by(square_picture, Slow(folder)):
        saved(mentor)
        assert touched == ["keep"]
        saved(mentor, OTHER)
        assert touched == ["keep", "keep", "drop"]
        remove_picture(mentor)
        assert touched == ["keep", "keep", "drop", "drop"]
    assert files(folder) == []
