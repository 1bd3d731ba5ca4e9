"""Every page of admins is in every way to them."""

import re
from collections.abc import Callable

import pytest
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import ADMIN_PLACES, admin_tabs
from mentorbook.components.people.account_menu import account_menu
from mentorbook.components.shell import shell
from mentorbook.pages import STATIC_ROUTES

WAYS: dict[str, Callable[[], Component]] = {
    "the menu of the account": account_menu,
    "the tabs of a phone": lambda: admin_tabs("people"),
    "the header": lambda: shell(current="people"),
}
PAGES = {route for route in STATIC_ROUTES if route.startswith("/admin/")}


@pytest.mark.parametrize("way", WAYS)
def test_each_page_of_admins_is_in(way: str) -> None:
    assert set(re.findall(r"/admin/[a-z]+", str(WAYS[way]()))) == PAGES


def test_no_page_of_admins_is_named_twice_in_the_menu() -> None:
    assert {place.href for place in ADMIN_PLACES} == PAGES
    assert len({place.in_menu for place in ADMIN_PLACES}) == len(PAGES)
