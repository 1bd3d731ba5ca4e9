"""What every answer passes: origin check, request id, security and cache headers."""

import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SAFE = {"GET", "HEAD", "OPTIONS"}
# Reflex evaluates small scripts (toasts among them) and styles inline; everything else is our own.
_CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' {connect}",
        "media-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)

# Addresses that hold a secret: no other site gets to see them, and no search engine keeps them.
_WITH_A_SECRET = ("/unsubscribe", "/api/unsubscribe/", "/api/calendar/")
_KEPT_TO_ITSELF = [(b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex, nofollow")]


# LiveKit Cloud sends a browser on to the host of a region nearby.
_MANY_HOSTS = ".livekit.cloud"


class Gate:
    """ASGI wrapper. Unsafe calls of the API from a foreign origin get 403; a missing Origin is no browser.

    `pages` are the static routes, which are answered at once instead of with a redirect to a slash, and
    `secret_pages` those whose address may hold a secret: what they load is not told where from.
    """

    def __init__(
        self,
        app: App,
        *,
        origins: frozenset[str],
        pages: frozenset[str] = frozenset(),
        secret_pages: frozenset[str] = frozenset(),
        video_url: str | None = None,
        https: bool = False,
    ) -> None:
        self._app = app
        self._origins = origins
        self._pages, self._secret_pages = pages, secret_pages
        sources = " ".join(_socket_sources(origins, video_url))
        headers = [
            ("content-security-policy", _CONTENT_POLICY.format(connect=sources)),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            (
                "permissions-policy",
                "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
            ),
            ("cross-origin-opener-policy", "same-origin"),
        ]
        if https:
            headers.append(("strict-transport-security", "max-age=31536000"))
        self._headers = [(name.encode(), value.encode()) for name, value in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["request_id"] = request_id
        path = scope["path"]
        is_api = path.startswith("/api/")
        extra = [*self._headers, (b"x-request-id", request_id.encode())]
        if path.startswith(_WITH_A_SECRET) or path.rstrip("/") in self._secret_pages:
            extra = list((dict(extra) | dict(_KEPT_TO_ITSELF)).items())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message.get("headers", ())}
                kept = list(message.get("headers", ()))
                added = [*extra, (b"cache-control", _cache(path, message["status"]))]
                message["headers"] = kept + [header for header in added if header[0] not in own]
            await send(message)

        if is_api and scope["method"] not in _SAFE and self._is_foreign(scope):
            await _refuse(send_with_headers, request_id)
            return
        if path in self._pages and scope["method"] in _SAFE:
            scope = {**scope, "path": path + "/", "raw_path": f"{path}/".encode()}
        await self._app(scope, receive, send_with_headers)

    def _is_foreign(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"origin"]
        return any(value.decode("latin-1") not in self._origins for value in named)


def _socket_sources(origins: frozenset[str], video_url: str | None) -> list[str]:
    sockets = {origin.replace("http", "ws", 1) for origin in origins}
    if video_url:
        # Its origin alone: a path would have to be the whole path. Browsers go there by ws and by http,
        # whichever of them the setting names.
        parts = urlsplit(video_url)
        end = "s" if parts.scheme in ("wss", "https") else ""
        hosts = {parts.netloc}
        if parts.netloc.endswith(_MANY_HOSTS):
            hosts.add(f"*{_MANY_HOSTS}")
        sockets |= {f"{scheme}{end}://{host}" for scheme in ("ws", "http") for host in hosts}
    return sorted(sockets)


def _cache(path: str, status: int) -> bytes:
    # What is missing now may be there after the next deployment, under the same name.
    if status >= 400:
        return b"no-store"
    # Vite puts a content hash into every name below /assets, but for the one file that tells the address.
    if path.startswith("/assets/") and "reflex-env" not in path:
        return b"public, max-age=31536000, immutable"
    if path.startswith("/api/docs-assets/"):
        return b"public, max-age=86400"
    return b"no-store" if path.startswith("/api/") else b"no-cache"


async def _refuse(send: Send, request_id: str) -> None:
    body = json.dumps(
        {
            "error": "not_permitted",
            "detail": "This origin may not call MentorBook. MENTORBOOK_BASE_URL says which may.",
            "requestId": request_id,
        }
    ).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
