"""The parts of a mentor's page."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import avatar, badge, hidden, icon, link, skeleton, waiting
from mentorbook.components.people.mentor_card import free_line
from mentorbook.components.seen import Seen
from mentorbook.presenters.people.mentor_page import OpenDay, OpenRange
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_page import ProfilePage

SEEN_MENTOR = Seen(ProfilePage)


def profile_head() -> Component:
    """Draw name, headline and expertise."""
    return rx.el.div(
        avatar(SEEN_MENTOR.details.initials, picture=SEEN_MENTOR.details.picture, size="xl"),
        rx.el.div(
            rx.el.h1(SEEN_MENTOR.details.name),
            rx.el.p(SEEN_MENTOR.details.headline, class_name="muted"),
            rx.el.div(
                rx.foreach(SEEN_MENTOR.details.expertise, lambda topic: badge(topic)),
                class_name="row wrap",
                style={"gap": "6px", "margin_top": "8px"},
            ),
            class_name="grow",
        ),
        class_name="profile-head",
    )


def about() -> Component:
    """Draw the mentor's own text, with its line breaks."""
    return rx.cond(
        SEEN_MENTOR.details.bio,
        rx.el.section(
            rx.el.h2(f"About {SEEN_MENTOR.details.first_name}"),
            rx.el.p(SEEN_MENTOR.details.bio, class_name="lines"),
            class_name="card col",
        ),
    )


def weekly_hours() -> Component:
    """Draw the coming week on the viewer's clock, the mentor's beside it."""
    zones = rx.cond(
        SEEN_MENTOR.details.differs,
        f"The coming week in {Me.city} time, with {SEEN_MENTOR.details.city} time beside it.",
        f"The coming week in {Me.city} time.",
    )
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Weekly hours"),
            rx.cond(
                SEEN_MENTOR.has_hours,
                rx.el.p(
                    zones,
                    " Some of it may be booked already",
                    rx.cond(SEEN_MENTOR.details.blocked == "", "; choose a day to see what is free.", "."),
                    class_name="small muted",
                ),
            ),
        ),
        rx.cond(
            SEEN_MENTOR.has_hours,
            rx.el.dl(rx.foreach(SEEN_MENTOR.days, _day), class_name="hours"),
            rx.el.p(f"{SEEN_MENTOR.details.first_name} has no regular hours.", class_name="muted"),
        ),
        class_name="card stack",
    )


def _day(day: rx.Var[OpenDay]) -> Component:
    """Draw one date: its hours lead to the times of that day, while the reader can book."""
    hours = rx.foreach(day.ranges, _range)
    there = f"/mentors/{SEEN_MENTOR.details.id}?book={day.iso}"
    return rx.el.div(
        rx.el.dt(day.label),
        rx.el.dd(
            rx.cond(
                day.ranges.length() > 0,
                rx.cond(
                    SEEN_MENTOR.details.blocked == "",
                    link(
                        rx.el.span(hours),
                        hidden("book on ", day.label),
                        icon("chevron-right"),
                        href=rx.cond(Me.signed_in, there, f"/login?next={there}"),
                        class_name="hours-link",
                        data_testid="open-day",
                        data_date=day.iso,
                    ),
                    hours,
                ),
                rx.el.span(day.none, class_name="muted"),
            )
        ),
    )


def _range(each: rx.Var[OpenRange]) -> Component:
    return rx.el.span(
        rx.el.span(each.here),
        rx.cond(each.there, rx.el.span(f"{each.there} {SEEN_MENTOR.details.city}", class_name="muted")),
        class_name="span",
    )


def offer(book: Component) -> Component:
    """Draw price, place, how a booking is confirmed, when it is possible, and the button."""
    return rx.el.section(
        hidden(rx.el.h2("Book")),
        rx.el.p(
            rx.el.span(SEEN_MENTOR.details.rate, class_name="price"),
            rx.cond(SEEN_MENTOR.details.rate != "Free", rx.el.span(" an hour", class_name="muted")),
        ),
        rx.el.div(
            _fact("clock", f"Usually {SEEN_MENTOR.details.usual_length}"),
            _fact("globe", SEEN_MENTOR.details.city, f"{SEEN_MENTOR.details.time_there} there now"),
            rx.cond(
                SEEN_MENTOR.details.asks_first,
                _fact("hourglass", "Asks first", f"{SEEN_MENTOR.details.first_name} accepts or declines"),
                _fact("zap", "Confirmed at once"),
            ),
            class_name="facts",
        ),
        rx.el.div(
            free_line(SEEN_MENTOR.details.next_line, SEEN_MENTOR.details.is_free),
            rx.cond(
                SEEN_MENTOR.details.next_there,
                rx.el.p(
                    SEEN_MENTOR.details.next_there,
                    class_name="tiny muted num",
                    style={"padding_left": "16px"},
                ),
            ),
        ),
        book,
        class_name="card stack offer",
        aria_label="Book",
    )


def _fact(symbol: str, words: str | rx.Var[str], more: str | rx.Var[str] | None = None) -> Component:
    return rx.el.div(
        icon(symbol),
        rx.el.div(
            rx.el.div(words), rx.el.div(more, class_name="muted num") if more is not None else rx.fragment()
        ),
        class_name="fact",
    )


def profile_shape() -> Component:
    """Draw the skeleton of the page while it is being loaded."""
    lines = rx.el.div(
        skeleton("30%", "18px"), skeleton(), skeleton("92%"), skeleton("70%"), class_name="card col"
    )
    return waiting(
        rx.el.div(
            rx.el.div(
                skeleton("72px", "72px", is_round=True),
                rx.el.div(skeleton("220px", "24px"), skeleton("280px"), class_name="col grow"),
                class_name="profile-head",
            ),
            lines,
            lines,
            class_name="stack-l",
        ),
        rx.el.div(skeleton("90px", "22px"), skeleton("70%"), skeleton("60%"), skeleton("100%", "38px"),
                  class_name="card stack offer"),
        class_name="profile",
    )  # fmt: skip
