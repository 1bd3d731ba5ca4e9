"""The REST API as one FastAPI app, documented at `/api/docs` with assets of its own."""

from functools import partial

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.routing import Match

from mentorbook.api import health, notifications
from mentorbook.api.admin import payments as admin_payments
from mentorbook.api.admin import people as admin_people
from mentorbook.api.admin import sessions as admin_sessions
from mentorbook.api.admin import system as admin_system
from mentorbook.api.availability import own_hours
from mentorbook.api.booking import booking_actions, bookings, calendar
from mentorbook.api.contract import document
from mentorbook.api.errors import add_error_handlers
from mentorbook.api.meeting import messages, rooms
from mentorbook.api.money import payments
from mentorbook.api.people import auth, mentor_requests, mentors, own_profile, pictures, preferences

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_api() -> FastAPI:
    """Create the API with every router; unknown paths under `/api` answer in JSON."""
    app = FastAPIOffline(
        title="MentorBook",
        description="Book sessions with mentors. Log in for the cookie, then book.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        static_url="/api/docs-assets",
        redirect_slashes=False,
    )
    modules = (
        auth,
        own_hours,
        own_profile,
        pictures,
        mentor_requests,
        mentors,
        bookings,
        booking_actions,
        rooms,
        messages,
        payments,
        notifications,
        preferences,
        calendar,
        admin_sessions,
        admin_payments,
        admin_people,
        admin_system,
        health,
    )
    for module in modules:
        app.include_router(module.router)
    routes = [route for module in modules for route in module.router.routes]
    ours = [route for route in routes if isinstance(route, APIRoute) and route.include_in_schema]

    known = list(app.routes)

    @app.api_route(
        "/api/{path:path}",
        methods=[*_METHODS, "HEAD", "OPTIONS"],
        include_in_schema=False,
    )
    async def unknown(request: Request, path: str) -> None:
        """Answer all other paths under `/api` with 404 or 405 in JSON, never with the page router's HTML."""
        scope = request.scope
        allowed = [
            method
            for method in _METHODS
            if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in known)
        ]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    add_error_handlers(app)
    app.openapi = partial(document, app, ours)  # type: ignore[method-assign]
    return app
