"""One file a route; layout only."""

import reflex as rx

# Routes without a parameter. The static server would send browsers on to the same path with a slash.
STATIC_ROUTES = frozenset(
    {
        "/login",
        "/register",
        "/sessions",
        "/notifications",
        "/settings",
        "/settings/profile",
        "/admin/policies",
        "/admin/sessions",
    }
)


def add_pages(app: rx.App) -> None:
    """Register every route."""
    from mentorbook.pages import (
        admin_policies,
        admin_sessions,
        index,
        login,
        mentor,
        not_found,
        notifications,
        own_profile,
        register,
        room,
        session,
        sessions,
        settings,
    )

    for page in (
        index,
        mentor,
        login,
        register,
        sessions,
        session,
        room,
        notifications,
        settings,
        own_profile,
        admin_policies,
        admin_sessions,
        not_found,
    ):
        page.add(app)
