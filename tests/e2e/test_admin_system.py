"""The page of the machinery at the browser: what was given up is tried again, and the page follows."""

from uuid import UUID

from playwright.sync_api import expect

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import read_transaction
from mentorbook.services.admin.system import retry_all
from tests.e2e.checking import barriers
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import Visits
from tests.people import a_mentee
from tests.worlds import a_dead_letter


def still_there(message_id: UUID) -> bool:
    """Whether a message is in the outbox."""
    with read_transaction() as session:
        return session.get(OutboxMessage, message_id) is not None


@NIGHT_ON_A_PHONE
def test_what_was_given_up_is_tried_again(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    admin = a_mentee("Admin", is_admin=True)
    # All tests of the browser share one app: others have letters of their own.
    room_error, pigeon_error = f"LiveKit hung up on {size}", f"No pigeon came at {size}"
    a_dead_letter(kind="room.delete", payload={"name": "none"}, last_error=room_error)
    pigeon = a_dead_letter(kind="pigeon.send", last_error=pigeon_error)
    visitor = visits(admin, size=size, dark=dark)
    visitor.go("/admin/system")
    letters = visitor.part("dead-letter")
    room = letters.filter(has_text=room_error)
    expect(room).to_contain_text("Deleting the room of a session")
    assert barriers(visitor.page) == []
    room.get_by_role("button", name="Try again").press("Enter")
    # The worker of this app does it at once: without a video server there is no room to delete.
    expect(room).to_have_count(0)
    expect(visitor.page.get_by_text("It is tried again.")).to_be_visible()
    other = letters.filter(has_text=pigeon_error)
    # To delete is final, and beside what is pressed more often: it asks first.
    other.get_by_role("button", name="Delete").press("Enter")
    keep = other.get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    expect(other.get_by_role("alert")).to_have_text("It is gone for good then, and cannot be tried again.")
    assert barriers(visitor.page) == []
    keep.press("Enter")
    expect(other.get_by_role("button", name="Try again")).to_be_visible()
    assert still_there(pigeon)
    other.get_by_role("button", name="Delete").click()
    other.get_by_role("button", name="Delete for good").click()
    expect(other).to_have_count(0)
    assert not still_there(pigeon)


def test_another_admins_page_follows(visits: Visits) -> None:
    admin, other = a_mentee("Admin", is_admin=True), a_mentee("Other", is_admin=True)
    a_dead_letter(kind="room.delete", payload={"name": "none"}, last_error="LiveKit was busy")
    visitor = visits(admin)
    visitor.go("/admin/system")
    letter = visitor.part("dead-letter").filter(has_text="LiveKit was busy")
    expect(letter).to_be_visible()
    retry_all(other)
    expect(letter).to_have_count(0)
