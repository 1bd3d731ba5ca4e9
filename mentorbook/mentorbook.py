"""The app: pages registered, API mounted, adapters wired."""

import contextlib
import logging
from collections.abc import AsyncIterator

import reflex as rx
from reflex_components_radix.themes.base import RadixThemesComponent

from mentorbook import logs
from mentorbook.api.app import create_api
from mentorbook.api.gate import App, Gate
from mentorbook.api.proxies import BehindProxies
from mentorbook.components.head import head
from mentorbook.components.offline import offline_note
from mentorbook.components.shell import shell_while_loading
from mentorbook.db.engine import connect
from mentorbook.db.migrate import upgrade
from mentorbook.garbage import collecting_when_idle
from mentorbook.integrations.pillow import square_picture
from mentorbook.pages import STATIC_ROUTES, add_pages
from mentorbook.providers import mailer, payment_provider, picture_store, video_rooms
from mentorbook.services import change_feed
from mentorbook.services.change_sharing import sharing
from mentorbook.services.demo_data import seed
from mentorbook.services.meeting.video_server import video_by
from mentorbook.services.money.provider import paid_by
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.services.people.pictures import drop_orphans, pictures_by
from mentorbook.settings import settings
from mentorbook.state.action import ZONE_SCRIPT
from mentorbook.state.people.link_token import HIDE_LINK, LINK_PAGES
from mentorbook.state.socket import tabs
from mentorbook.state.socket.live_pages import live
from mentorbook.worker import Worker, running

log = logging.getLogger(__name__)


def gate(inner: App) -> App:
    """Wrap the app in `Gate` and `BehindProxies`, through which every request and answer passes."""
    gated = Gate(
        inner,
        origins=settings.origins,
        pages=STATIC_ROUTES,
        secret_pages=frozenset(LINK_PAGES),
        video_url=settings.livekit_url,
        https=settings.secure_cookies,
    )
    return BehindProxies(gated, settings.proxies)


@contextlib.asynccontextmanager
async def life() -> AsyncIterator[None]:
    """Run database, demo and worker, from before the first request until after the last."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            await _begin(stack)
        except Exception:
            # The server's own record of it is one line, which ends before the reason.
            log.exception("MentorBook cannot start")
            raise
        yield


async def _begin(stack: contextlib.AsyncExitStack) -> None:
    """Begin all that lives as long as the app, and leave it to the stack to end."""
    logs.set_up(settings.log_level)
    database = connect(settings.database)
    stack.callback(database.close)
    await call(upgrade, database)
    live.start(app)
    video, payments = video_rooms(), payment_provider()
    if payments is not None:
        stack.push_async_callback(payments.close_connections)
    if video is not None:
        stack.push_async_callback(video.close)
    await stack.enter_async_context(collecting_when_idle())
    stack.enter_context(change_feed.listening(live.changed))
    # Redis is what several processes with pages share; one alone need not tell anybody.
    stack.enter_context(sharing(database, sends=settings.redis_url is not None, receives=True))
    stack.enter_context(video_by(video))
    stack.enter_context(paid_by(payments))
    if settings.demo:
        await seed()
    if await call(accounts.demo_is_locked_out):
        log.warning(
            "Demo accounts cannot log in: others than this machine reach %s (MENTORBOOK_HOST is %s).",
            settings.public_url,
            settings.host,
        )
    stack.enter_context(pictures_by(square_picture, picture_store()))
    try:
        await call(drop_orphans)
    except OSError:
        log.exception("pictures that nobody shows could not be deleted")
    if settings.worker:
        worker = Worker(video, mailer(), payments, live.settled)
        await stack.enter_async_context(running(worker))


app = rx.App(
    stylesheets=[
        "/look.css",
        "/booking.css",
        "/sessions.css",
        "/week.css",
        "/people.css",
        "/admin.css",
        "/money.css",
        "/availability.css",
        "/chat.css",
        "/room.css",
    ],
    head_components=[
        rx.el.script(ZONE_SCRIPT),
        rx.el.script(HIDE_LINK),
        *head(),
    ],
    hydrate_fallback=shell_while_loading,
    html_lang="en",
    api_transformer=[create_api(), gate],
)
# Instead of Reflex's own words about its server and address, and around the theme, which is number 20.
del app.app_wraps[5, "Overlay"]
app.app_wraps[25, "Offline"] = lambda stateful: offline_note()
# The class of the document says which theme it is, before anything is painted. Around every page Reflex puts
# what says it a second time, inside the page, and begins with "light" whatever the document says.
RadixThemesComponent._get_app_wrap_components = staticmethod(dict)
app.register_lifespan_task(life)
tabs.install(app)
add_pages(app)
