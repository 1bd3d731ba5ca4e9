"""Pictures over the wire: never anything but an image, and only the present one."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.people.pictures import LARGEST_UPLOAD, SIDE
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.pictures import pictures_by
from tests.api.conftest import FOREIGN, ORIGIN, Door, told
from tests.conftest import Hands
from tests.images import HTML, SVG, an_image, opened
from tests.people import a_mentee, a_mentor

GIF = an_image("GIF")
PICTURE = "/api/mentors/me/picture"


def test_a_picture_is_put_shown_and_removed(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    caller, stranger = calling(mentor), calling()
    put = caller.request("PUT", PICTURE, content=an_image(size=(640, 480)))
    assert put.status_code == 200
    address = put.json()["picture"]
    for path in ("/api/auth/me", f"/api/mentors/{mentor.id}"):
        assert caller.get(path).json()["picture"] == address
    assert stranger.get("/api/mentors").json()["mentors"][0]["picture"] == address
    shown = stranger.get(address)
    picture = opened(shown.content)
    assert (shown.status_code, picture.format, picture.size) == (200, "WEBP", (SIDE, SIDE))
    assert caller.request("DELETE", PICTURE).status_code == 204
    assert stranger.get(address).status_code == 404
    assert caller.get("/api/auth/me").json()["picture"] is None


def test_it_is_served_as_an_image_and_nothing_else(db: Database, hands: Hands, calling: Door) -> None:
    caller = calling(a_mentor())
    sent = an_image("PNG") + HTML
    put = caller.request("PUT", PICTURE, content=sent, headers={"Content-Type": "text/html"})
    shown = calling().get(put.json()["picture"], headers={"Accept": "text/html"})
    headers = shown.headers
    assert headers.get_list("content-type") == ["image/webp"]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert headers.get_list("content-security-policy") == ["default-src 'none'; sandbox"]
    assert headers.get_list("cache-control") == ["private, max-age=31536000, immutable"]
    assert "set-cookie" not in headers
    assert HTML not in shown.content
    # What is not there is not remembered: it may be there later, under the same name.
    missing = calling().get(put.json()["picture"] + "0")
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")
    assert missing.headers["content-type"] == "application/json"


def test_a_name_that_no_picture_has_is_not_found(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    for name in ("%00", "%00" * 32, "a%00", "%ff", "A" * 32, "0" * 33):
        answer = calling(mentor).get(f"/api/mentors/{mentor.id}/picture/{name}")
        assert (answer.status_code, told(answer)["error"]) == (404, "not_found")


def test_another_picture_has_another_address(db: Database, hands: Hands, calling: Door) -> None:
    caller = calling(a_mentor())
    first, second, third = (
        caller.request("PUT", PICTURE, content=upload).json()["picture"]
        for upload in (an_image(), an_image("PNG", (20, 300)), an_image())
    )
    assert len({first, second, third}) == 3
    assert calling().get(second).status_code == 404
    assert calling().get(first).status_code == 404
    assert calling().get(third).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [("picture.svg", SVG), ("picture.png", HTML), ("empty", b""), ("a.gif", GIF)],
)
def test_what_is_no_picture_is_refused_in_words(
    db: Database, hands: Hands, calling: Door, name: str, content: bytes
) -> None:
    caller = calling(a_mentor())
    headers = {"Content-Type": "image/png", "Content-Disposition": f'attachment; filename="{name}"'}
    refused = caller.request("PUT", PICTURE, content=content, headers=headers)
    fields = {"picture": "cannot be read as a picture; use a JPEG, PNG or WebP"}
    assert (refused.status_code, told(refused)["fields"]) == (422, fields)
    assert caller.get("/api/auth/me").json()["picture"] is None


def test_no_more_is_read_than_may_be_sent(db: Database, hands: Hands, calling: Door) -> None:
    caller, read = calling(a_mentor()), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 2**16
            yield bytes(2**16)

    refused = caller.request("PUT", PICTURE, content=endless())
    assert (refused.status_code, told(refused)["fields"]) == (422, {"body": "may be at most 2048 KiB"})
    assert read <= LARGEST_UPLOAD + 4 * 2**16


def test_a_page_elsewhere_uploads_nothing(db: Database, hands: Hands, calling: Door) -> None:
    caller, upload = calling(a_mentor()), an_image()
    for method in ("PUT", "DELETE"):
        refused = caller.request(method, PICTURE, content=upload, headers={"Origin": FOREIGN})
        assert (refused.status_code, told(refused)["error"]) == (403, "not_permitted")
    assert caller.get("/api/auth/me").json()["picture"] is None
    taken = caller.request("PUT", PICTURE, content=upload, headers={"Origin": ORIGIN})
    assert taken.status_code == 200


def test_a_second_upload_waits_for_no_thread_that_others_need(
    db: Database, hands: Hands, calling: Door, tmp_path: Path
) -> None:
    caller, go = calling(a_mentor()), threading.Event()
    threads: asyncio.Queue[str] = asyncio.Queue()

    async def twice() -> tuple[str, httpx.Response, httpx.Response]:
        loop = asyncio.get_running_loop()

        def make(upload: bytes) -> bytes:
            loop.call_soon_threadsafe(threads.put_nowait, threading.current_thread().name)
            go.wait(30)
            return upload

        with pictures_by(make, PictureFiles(tmp_path)):
            first = asyncio.create_task(caller.client.put(PICTURE, content=an_image()))
            thread = await threads.get()
            second = await caller.client.put(PICTURE, content=an_image())
            go.set()
            return thread, await first, second

    thread, first, second = caller.run(twice())
    assert thread == "pictures_0"
    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second.headers["retry-after"]) > 0
    assert told(second)["detail"] == "Your last picture is still being made. Try again soon."


def test_only_the_applicant_sees_their_picture(db: Database, hands: Hands, calling: Door) -> None:
    person = a_mentee()
    request_to_mentor(person)
    caller = calling(person)
    address = caller.request("PUT", PICTURE, content=an_image()).json()["picture"]
    assert caller.get(address).status_code == 200
    for other in (calling(), calling(a_mentee()), calling(a_mentee(is_admin=True))):
        assert other.get(address).status_code == 404
