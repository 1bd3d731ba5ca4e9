"""Finding a time zone by city, name or offset."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from mentorbook.domain.zones import city, is_zone, minute_of, offset_at, offset_label, zone_names

MOST_MATCHES = 30
_LONGEST_CHAIN = 4


@dataclass(frozen=True)
class ZoneOption:
    """One zone to choose: its city, the rest of its name, its offset at the moment of the search."""

    name: str
    city: str
    region: str
    offset: str
    chosen: bool


def search_zones(text: str, chosen: str, at: datetime) -> list[ZoneOption]:
    """List at most 30 zones, best first: a city's beginning, any part of a name, an offset such as "GMT+2".

    Without a search, the chosen zone and those whose clocks are nearest to it. Slow the first time in a
    process (about a second), when every zone is read: call it off the event loop.
    """
    wanted = _plain(text)
    if wanted:
        ranked = [(rank, name) for name in zone_names() if (rank := _rank(name, wanted, at)) is not None]
        names = list(dict.fromkeys(present_name(name) for _, name in sorted(ranked)))
    else:
        minute = minute_of(at)
        here = offset_at(chosen, minute)
        names = sorted({chosen, *_places()})
        names.sort(key=lambda name: (name != chosen, abs(offset_at(name, minute) - here)))
    return [_option(name, chosen, at) for name in names[:MOST_MATCHES]]


@lru_cache(maxsize=1024)
def present_name(name: str) -> str:
    """Return a place's name today, where browsers may give an old one: Asia/Kolkata of Asia/Calcutta."""
    new, seen = name, 0
    while "/" in new and new not in _places() and seen < _LONGEST_CHAIN:
        new, seen = _links().get(new, new), seen + 1
    return new if new in _places() else name


def _rank(name: str, wanted: str, at: datetime) -> tuple[int, bool] | None:
    """Rank a zone by how well it matches, `None` if not at all; an old or technical name follows a place."""
    is_odd = name not in _places()
    if name.startswith("Etc/") and not wanted.startswith("etc"):
        return None
    if _plain(city(name)).startswith(wanted):
        return (0, is_odd)
    if wanted in _plain(name):
        return (1, is_odd)
    label = offset_label(name, at).lower()
    offset = wanted.replace("utc", "gmt").replace(" ", "").replace("−", "-")
    return (2, is_odd) if not is_odd and offset in (label, label.removeprefix("gmt")) else None


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Return the names in use for places today, without their old spellings, from the zone database."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    listed = (line.split("\t")[2].strip() for line in table.splitlines() if not line.startswith("#"))
    return frozenset(name for name in listed if is_zone(name)) | {"UTC"}


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    """Return other names for a zone, as the zone database links them."""
    source = resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("utf-8")
    lines = (line.split() for line in source.splitlines() if line.startswith("L "))
    return {alias: target for _, target, alias in lines}


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("/", " ").split())


def _option(name: str, chosen: str, at: datetime) -> ZoneOption:
    region = name.rpartition("/")[0].replace("_", " ").replace("/", ", ")
    return ZoneOption(name, city(name), region, offset_label(name, at), name == chosen)
