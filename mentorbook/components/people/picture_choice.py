"""One's own picture: choose a file, crop it in the browser, or go back to initials."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import avatar
from mentorbook.presenters.people.own_profile import PICTURE_WORDS
from mentorbook.state.people.me import Me

_ADDRESS = "/api/mentors/me/picture"


class PictureCrop(rx.Component):
    """A button that chooses a file, and a square frame to move and zoom it in.

    The square is sent to the API with the cookie: it is no event, which would have to be small.
    """

    library = "$/public/picture_crop.js"
    tag = "PictureCrop"

    address: rx.Var[str]
    picture: rx.Var[str]
    words: rx.Var[dict[str, str]]


def picture_choice() -> Component:
    """Draw the present picture with what can be done about it; the page hears of a new one by itself."""
    return rx.el.section(
        avatar(Me.initials, picture=Me.picture, size="xl"),
        rx.el.div(
            rx.el.h2("Picture", class_name="h3"),
            rx.el.p("Your initials stand in where you have none.", class_name="field-hint"),
            PictureCrop.create(address=_ADDRESS, picture=Me.picture, words=PICTURE_WORDS),
            class_name="col grow",
        ),
        class_name="card picture-card",
        aria_label="Picture",
        data_testid="own-picture",
    )
