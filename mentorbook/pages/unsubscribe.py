"""`/unsubscribe`: where the link in every mail leads."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.mail_choice import mail_choice
from mentorbook.components.shell import shell
from mentorbook.state.people.mail_choice import MailChoice
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page, which no search engine keeps and of whose address no other site hears."""
    app.add_page(
        unsubscribe,
        route="/unsubscribe",
        title="Your mail · MentorBook",
        meta=[{"name": "robots", "content": "noindex"}, {"name": "referrer", "content": "no-referrer"}],
        on_load=[Me.arrive, MailChoice.arrive],
    )


def unsubscribe() -> Component:
    """Draw the choice of mail for whoever has the link."""
    return shell(mail_choice(), width="narrow")
