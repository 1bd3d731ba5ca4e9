"""Where a log-in may lead: never off this site."""

import pytest

from mentorbook.state.people.account_forms import own_path


@pytest.mark.parametrize("path", ["/", "/sessions", "/mentors/7?x=1#hours", "/sessions/a-b_c%20d"])
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "sessions",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\\b",
        "/\t/evil.example",
        "/\n/evil.example",
        " /sessions",
        "/" + "a" * 500,
        "/login?next=/login",
        "/api/auth/logout",
    ],
)
def test_anything_else_leads_to_the_first_page(path: str) -> None:
    assert own_path(path) == "/"
