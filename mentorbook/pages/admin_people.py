"""`/admin/people`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import admin_tabs
from mentorbook.components.admin.admins_only import admins_only
from mentorbook.components.admin.people_table import people_table
from mentorbook.components.admin.person_panel import person_panel
from mentorbook.components.list_address import asked
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.admin.people_list import PeopleList
from mentorbook.state.admin.person_panel import PersonPanel
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        admin_people,
        route="/admin/people",
        title="People · MentorBook",
        on_load=[Me.arrive_member, PeopleList.load, PersonPanel.load],
    )


def admin_people() -> Component:
    """Draw the table of everybody with an account, for admins."""
    return shell(
        admins_only(
            admin_tabs("people"),
            page_head("People", "Open one to answer a request to mentor, or to change an account."),
            rx.el.div(
                people_table(),
                person_panel(),
                on_unmount=[PeopleList.depart, PersonPanel.depart],
                class_name=rx.cond(asked("person") != "", "admin-page beside", "admin-page"),
            ),
        ),
        title="People",
        current="people",
        members_only=True,
        width="wide",
    )
