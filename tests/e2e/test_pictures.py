"""A mentor's picture: chosen, cropped by keyboard, mouse or finger, shown wherever the mentor is."""

import functools
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Route, expect

from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.pictures import picture, remove_picture, save_picture
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits, booked
from tests.images import BLUE, HTML, RED, an_image, encoded, is_near, opened
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def an_applicant() -> Account:
    """Somebody who has asked to be a mentor."""
    person = a_mentee("Noor")
    request_to_mentor(person)
    return accounts.account(person.id)


def a_file(content: bytes, name: str = "me.jpg", kind: str = "image/jpeg") -> FilePayload:
    """A file as the browser's dialog hands it over."""
    return {"name": name, "mimeType": kind, "buffer": content}


def saved_picture(person: Account) -> bytes | None:
    """What is shown of them now."""
    address = accounts.account(person.id).picture
    return picture(person, person.id, address.rpartition("/")[2]) if address else None


def is_drawn(avatar: Locator) -> bool:
    """Whether a picture is seen, and not the initials under it."""
    found: bool = avatar.locator("img").evaluate_all(
        "(all) => all.some((img) => img.complete && img.naturalWidth > 0 && img.checkVisibility())"
    )
    return found


def at_the_form(visits: Visits, person: Account, **options: Any) -> tuple[Visitor, list[bytes]]:
    """Somebody at the page of their profile, and what the next file that they choose there holds.

    The browser's own dialog is answered from the start: to ask for that takes it a moment.
    """
    visitor, chosen = visits(person, **options), [b""]
    visitor.tab.on("filechooser", lambda chooser: chooser.set_files([a_file(chosen[0])]))
    visitor.go("/settings/profile")
    expect(visitor.part("choose-picture")).to_be_visible()
    return visitor, chosen


def choose(visitor: Visitor, chosen: list[bytes], content: bytes) -> Locator:
    """Choose a file with the keyboard; the frame with the picture, which then has the focus."""
    chosen[0] = content
    visitor.part("choose-picture").focus()
    visitor.page.keyboard.press("Enter")
    frame = visitor.part("crop-frame")
    expect(frame).to_be_focused()
    return frame


def refused_in_html(status: int, route: Route) -> None:
    """What a proxy answers by itself."""
    route.fulfill(status=status, content_type="text/html", body="<html><h1>No</h1></html>")


def test_a_picture_is_chosen_cropped_and_saved_by_keyboard(visits: Visits) -> None:
    person = an_applicant()
    visitor, chosen = at_the_form(visits, person)
    keyboard = visitor.page.keyboard
    frame = choose(visitor, chosen, an_image(size=(1600, 800)))
    expect(frame).to_have_attribute("data-place", "0.00 0.00 1.00")
    for _ in range(30):
        keyboard.press("ArrowLeft")
    # The picture stops at its edge, so the frame is never empty.
    expect(frame).to_have_attribute("data-place", "0.50 0.00 1.00")
    keyboard.press("ArrowUp")
    expect(frame).to_have_attribute("data-place", "0.50 0.00 1.00")
    keyboard.press("Tab")
    for _ in range(20):
        keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("data-place", re.compile(r"0\.50 0\.00 1\.20"))
    assert barriers(visitor.page) == []
    keyboard.press("Tab")
    assert visitor.focused() == "save-picture"
    keyboard.press("Enter")
    expect(visitor.part("picture-told")).to_have_text("Your picture is saved.")
    expect(visitor.part("choose-picture")).to_be_focused()
    made = saved_picture(person)
    assert made is not None
    # The red half alone: that is where it was moved to.
    assert all(is_near(opened(made).getpixel(place), RED) for place in ((10, 128), (200, 128)))
    for avatar in (visitor.part("own-picture"), visitor.part("card-preview"), visitor.part("account-menu")):
        visitor.until(lambda avatar=avatar: is_drawn(avatar.locator(".avatar")))  # type: ignore[misc]
    visitor.part("remove-picture").click()
    expect(visitor.part("picture-told")).to_contain_text("Your initials stand in.")
    expect(visitor.page.locator(".avatar img")).to_have_count(0)
    assert saved_picture(person) is None
    assert visitor.errors == []


def test_it_is_moved_by_mouse_and_finger_and_left_as_it_was(visits: Visits) -> None:
    person = an_applicant()
    save_picture(person, an_image(size=(300, 300)))
    before = saved_picture(person)
    visitor, chosen = at_the_form(visits, person)
    page = visitor.page
    frame = choose(visitor, chosen, an_image(size=(1600, 800)))
    box = frame.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - box["width"] / 4, middle[1], steps=5)
    page.mouse.up()
    expect(frame).to_have_attribute("data-place", re.compile(r"-0\.25 0\.00 1\.00"))
    scrolled = page.evaluate("window.scrollY")
    page.mouse.wheel(0, -100)
    expect(frame).to_have_attribute("data-place", re.compile(r"-0\.25 0\.00 1\.22"))
    assert page.evaluate("window.scrollY") == scrolled
    page.get_by_role("button", name="Cancel").click()
    expect(frame).to_have_count(0)
    expect(visitor.part("choose-picture")).to_be_focused()
    assert saved_picture(person) == before


def test_a_photo_of_a_phone_is_upright_however_large_its_file(visits: Visits) -> None:
    """More than may be uploaded: the browser sends the square alone."""
    person = an_applicant()
    visitor, chosen = at_the_form(visits, person, size=PHONE)
    noise = Image.frombytes("RGB", (1500, 1500), random.Random(1).randbytes(1500 * 1500 * 3))
    noise.paste(RED, (0, 0, 1500, 750))
    noise.paste(BLUE, (0, 750, 1500, 1450))
    exif = Image.Exif()
    exif[0x0112] = 3
    large = encoded(noise, "JPEG", quality=100, exif=exif, subsampling=0) + bytes(3 * 2**20)
    assert len(large) > 2 * 2**20
    choose(visitor, chosen, large)
    visitor.part("save-picture").click()
    expect(visitor.part("picture-told")).to_have_text("Your picture is saved.")
    made = saved_picture(person)
    assert made is not None
    assert is_near(opened(made).getpixel((128, 60)), BLUE)
    assert is_near(opened(made).getpixel((128, 200)), RED)


def test_what_cannot_be_a_picture_is_told_and_changes_nothing(visits: Visits) -> None:
    person = an_applicant()
    visitor, chosen = at_the_form(visits, person)
    for content, name in ((HTML, "me.png"), (an_image()[:50], "half.jpg")):
        visitor.part("picture-file").set_input_files([a_file(content, name)])
        expect(visitor.part("picture-problem")).to_contain_text("cannot be read as a picture")
        expect(visitor.part("crop-frame")).to_have_count(0)
    assert barriers(visitor.page) == []
    # What the server refuses is told in its words, and the choice is kept.
    choose(visitor, chosen, an_image())
    refused = '{"fields": {"picture": "has more than 16 megapixels"}, "detail": "x"}'
    visitor.tab.route("**/api/mentors/me/picture", lambda route: route.fulfill(status=422, body=refused))
    visitor.part("save-picture").click()
    expect(visitor.part("picture-problem")).to_have_text("The file has more than 16 megapixels.")
    expect(visitor.part("crop-frame")).to_be_visible()
    visitor.page.unroute("**/api/mentors/me/picture")
    # So is what a proxy answers in a page of its own; each is told in other words than the one before.
    for status, said in (
        (502, "MentorBook cannot be reached. Try again in a moment."),
        (413, "This picture is too large to be sent. Choose another."),
        (403, "Your picture could not be changed. Reload the page and try again."),
    ):
        refuse = functools.partial(refused_in_html, status)
        visitor.tab.route("**/api/mentors/me/picture", refuse)
        visitor.part("save-picture").click()
        expect(visitor.part("picture-problem")).to_have_text(said)
        expect(visitor.part("crop-frame")).to_be_visible()
        visitor.page.unroute("**/api/mentors/me/picture")
    visitor.tab.route("**/api/mentors/me/picture", lambda route: route.abort())
    visitor.part("save-picture").click()
    expect(visitor.part("picture-problem")).to_contain_text("MentorBook cannot be reached.")
    assert saved_picture(person) is None
    visitor.page.unroute("**/api/mentors/me/picture")
    visitor.part("save-picture").click()
    expect(visitor.part("picture-told")).to_have_text("Your picture is saved.")
    assert saved_picture(person) is not None


def test_the_picture_stands_wherever_initials_did(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira MacGillivray"), a_mentee("Mina")
    session = booked(mentee, mentor, TEN)
    visitor = visits(mentee)
    save_picture(mentor, an_image())
    visitor.go("/?q=MacGillivray")
    places = {
        "/?q=MacGillivray": "[data-testid=mentor-card] .avatar",
        f"/mentors/{mentor.id}": "main .profile-head .avatar",
        f"/mentors/{mentor.id}?book": "[data-testid=booking-modal] .avatar",
        "/sessions": "[data-testid=session-card] .avatar",
        f"/sessions/{session.id}": "main .avatar",
        f"/room/{session.id}": "main .avatar",
    }
    for path, avatar in places.items():
        visitor.go(path)
        visitor.until(lambda avatar=avatar: is_drawn(visitor.page.locator(avatar).first))  # type: ignore[misc]
    assert visitor.errors == []
    # Open pages hear of a change by themselves.
    visitor.go(f"/mentors/{mentor.id}")
    photo = visitor.page.locator("main .profile-head .avatar img")
    expect(photo).to_have_count(1)
    remove_picture(mentor)
    expect(photo).to_have_count(0)
    expect(visitor.page.locator("main .profile-head .avatar")).to_have_text("MM")


def test_initials_stand_in_for_a_picture_that_does_not_load(visits: Visits) -> None:
    mentor = a_mentor("Moira MacGillivray")
    save_picture(mentor, an_image())
    visitor = visits()
    visitor.tab.route("**/picture/*", lambda route: route.abort())
    visitor.go(f"/mentors/{mentor.id}")
    photo = visitor.page.locator("main .profile-head .avatar img")
    expect(photo).to_be_hidden()
    assert photo.evaluate("(img) => getComputedStyle(img).visibility") == "hidden"
    expect(visitor.page.locator("main .profile-head .avatar")).to_have_text("MM")
    # Positive control: a picture that does load is seen.
    visitor.page.unroute("**/picture/*")
    visitor.reload()
    visitor.until(lambda: is_drawn(visitor.page.locator("main .profile-head .avatar")))


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, True), ((320, 640), False), (PHONE, True)], ids=["desktop", "small", "phone"]
)
def test_everybody_can_crop_a_picture(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    person = an_applicant()
    save_picture(person, an_image(size=(300, 300)))
    visitor, chosen = at_the_form(visits, person, size=size, dark=dark)
    expect(visitor.part("remove-picture")).to_be_visible()
    choose(visitor, chosen, an_image(size=(400, 1600)))
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    if size[0] < 600:
        small = small_targets(visitor.page, "[data-testid=own-picture]", least=38)
        assert small == []
