"""What of a socket's events gets as far as the states: nothing but what an event has, and not much of it."""

from typing import Any

# Values in a payload, lists and objects counted too, and how deep they may lie in each other: a small message
# can hold very many of them. A page's own largest event has some forty.
MOST_VALUES, DEEPEST = 300, 6
# What the browser keeps for a state and brings along: at most this many characters of each.
LONGEST_KEPT = 20_000
_LONGEST_PATH, _LONGEST_NAME, _MOST_PARAMETERS = 2_000, 300, 20


def sanitized_event(data: Any, *, is_known: bool = True) -> dict[str, Any] | None:
    """Return the event's name, payload and address; `None` when it is no event or its payload too large.

    Of what a browser keeps for states (`vars`), only texts of `LONGEST_KEPT` come along, and none without a
    log-in, where there is nothing to keep: it would stay in the process as long as the tab's state.
    """
    if not isinstance(data, dict):
        return None
    name, payload, place = data.get("name"), data.get("payload") or {}, data.get("router_data")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return None
    if not isinstance(payload, dict) or _is_overgrown(payload):
        return None
    if isinstance(kept := payload.get("vars"), dict):
        payload = {**payload, "vars": _brought_along(kept) if is_known else {}}
    place = place if isinstance(place, dict) else {}
    query = place.get("query")
    router: dict[str, Any] = {key: _path(place[key]) for key in ("pathname", "asPath") if key in place}
    router["query"] = {
        _path(key): _path(value)
        for key, value in list((query if isinstance(query, dict) else {}).items())[:_MOST_PARAMETERS]
        if isinstance(value, str)
    }
    return {"name": name, "payload": payload, "router_data": router}


def _is_overgrown(payload: dict[str, Any]) -> bool:
    level: list[Any] = [payload]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_VALUES:
            return True
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
        level = below
    return bool(level)


def _brought_along(kept: dict[Any, Any]) -> dict[str, str]:
    return {
        str(name): value
        for name, value in kept.items()
        if isinstance(value, str) and len(value) <= LONGEST_KEPT
    }


def _path(value: Any) -> str:
    """Return the value as text without lone surrogates, which cannot be sent and end the page's updates."""
    return str(value)[:_LONGEST_PATH].encode("utf-8", "replace").decode()
