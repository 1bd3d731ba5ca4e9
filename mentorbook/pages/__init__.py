"""One file a route; layout only."""

import reflex as rx

# Routes without a parameter. The static server would send browsers on to the same path with a slash.
STATIC_ROUTES = frozenset(
    {
        "/login",
        "/register",
        "/forgot",
        "/reset",
        "/confirm",
        "/sessions",
        "/availability",
        "/notifications",
        "/settings",
        "/settings/payments",
        "/settings/profile",
        "/unsubscribe",
        "/admin/payments",
        "/admin/people",
        "/admin/policies",
        "/admin/sessions",
        "/admin/system",
    }
)


def add_pages(app: rx.App) -> None:
    """Register every route."""
    from mentorbook.pages import (
        admin_payments,
        admin_people,
        admin_policies,
        admin_sessions,
        admin_system,
        availability,
        confirm,
        forgot,
        index,
        login,
        mentor,
        not_found,
        notifications,
        own_profile,
        payments,
        receipt,
        register,
        reset,
        room,
        session,
        sessions,
        settings,
        unsubscribe,
    )

    for page in (
        index,
        mentor,
        login,
        register,
        forgot,
        reset,
        confirm,
        sessions,
        session,
        room,
        availability,
        notifications,
        settings,
        own_profile,
        payments,
        receipt,
        unsubscribe,
        admin_payments,
        admin_people,
        admin_policies,
        admin_sessions,
        admin_system,
        not_found,
    ):
        page.add(app)
