"""`/settings`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.money.statement import money_section
from mentorbook.components.parts import page_head
from mentorbook.components.people.account_forms import settings_form
from mentorbook.components.people.calendar_link import calendar_section
from mentorbook.components.people.email_section import email_section
from mentorbook.components.people.login_list import login_list, password_form
from mentorbook.components.people.mentoring import mentoring_section
from mentorbook.components.people.preferences import preferences_section
from mentorbook.components.shell import shell
from mentorbook.state.money.statements import MoneySection
from mentorbook.state.people.calendar_link import CalendarLink
from mentorbook.state.people.email_form import EmailForm
from mentorbook.state.people.login_list import LoginList, PasswordForm
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.people.preferences import Preferences
from mentorbook.state.people.profile_form import ProfileForm


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        settings,
        route="/settings",
        title="Settings · MentorBook",
        on_load=[
            Me.arrive_member,
            ProfileForm.arrive,
            EmailForm.load,
            Mentoring.load,
            MoneySection.load,
            PasswordForm.arrive,
            LoginList.load,
            Preferences.load,
            CalendarLink.load,
        ],
    )


def settings() -> Component:
    """Draw what people may change about themselves, and where they are logged in."""
    return shell(
        page_head(
            "Settings",
            "Who you are to others, whose clock you read, what you hear of, and what keeps others out.",
        ),
        rx.el.div(
            settings_form(),
            email_section(),
            mentoring_section(),
            money_section(),
            preferences_section(),
            calendar_section(),
            password_form(),
            login_list(),
            class_name="stack-l",
        ),
        title="Settings",
        current="settings",
        members_only=True,
        width="narrow",
    )
