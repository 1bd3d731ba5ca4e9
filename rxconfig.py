"""How Reflex builds and serves MentorBook. Everything else is in `mentorbook/settings.py`.

Reflex reads this file in its working directory: here when it builds the pages. A copy goes with the built
pages, because they are served from their own folder.
"""

import os

import reflex as rx
from reflex_base.constants import StateManagerMode

from mentorbook.frontend_plugins import (
    AnyAddress,
    CodeBeforeAsked,
    NoComponentsFromTheServer,
    OnlyUsedStyles,
    OwnFont,
    bun,
)
from mentorbook.settings import settings

# A tab that was left open over lunch still has its half-typed booking.
STATE_LASTS_SECONDS = 12 * 3600

# No event of ours is nearly as long; Reflex reads it from the environment only.
os.environ["REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE"] = str(64 * 1024)
# A line can die without a word of it. The page, which is told of both numbers when it connects, takes it for
# dead when it has heard no ping for their sum, the server when its ping is not answered.
os.environ["REFLEX_SOCKET_INTERVAL"] = os.environ["REFLEX_SOCKET_TIMEOUT"] = "10s"


config = rx.Config(
    app_name="mentorbook",
    bun_path=bun(),
    frozen_lockfile=True,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode=StateManagerMode.REDIS if settings.redis_url else StateManagerMode.MEMORY,
    redis_url=settings.redis_url,
    redis_token_expiration=STATE_LASTS_SECONDS,
    cors_allowed_origins=sorted(settings.origins),
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[
        rx.plugins.RadixThemesPlugin(
            theme=rx.theme(
                accent_color="iris",
                gray_color="slate",
                radius="large",
                panel_background="solid",
                appearance="inherit",
            )
        ),
        NoComponentsFromTheServer(),
        OwnFont(),
        AnyAddress(),
        CodeBeforeAsked(),
        OnlyUsedStyles(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
