"""Finding a time zone the way people name one."""

from datetime import UTC, datetime

import pytest

from mentorbook.domain.zone_search import MOST_MATCHES, present_name, search_zones

NOW = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)


def found(text: str, chosen: str = "UTC") -> list[str]:
    """The names that a search gives."""
    return [option.name for option in search_zones(text, chosen, NOW)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("kolk", "Asia/Kolkata"),
        ("NEW YORK", "America/New_York"),
        ("new_york", "America/New_York"),
        ("europe/london", "Europe/London"),
        ("GMT+5:30", "Asia/Colombo"),
        ("utc +5:45", "Asia/Kathmandu"),
        ("-3:30", "America/St_Johns"),
    ],
)
def test_a_zone_is_found_by_city_name_or_offset(text: str, first: str) -> None:
    assert found(text)[0] == first


def test_nothing_matches_nonsense() -> None:
    assert found("zzzz") == []


def test_an_offset_never_finds_the_technical_zones_with_the_sign_turned_round() -> None:
    assert not [name for name in found("+2") if name.startswith("Etc/")]


def test_without_a_search_the_chosen_zone_and_its_neighbours_are_shown() -> None:
    options = search_zones("", "Asia/Kolkata", NOW)
    assert options[0].name == "Asia/Kolkata"
    assert options[0].chosen
    assert options[1].offset == "GMT+5:30"
    assert len(options) == MOST_MATCHES


def test_an_old_name_finds_the_present_one() -> None:
    assert found("calcutta") == ["Asia/Kolkata"]
    assert found("buenos") == ["America/Argentina/Buenos_Aires"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("Etc/GMT+2", "Etc/GMT+2"),
        ("EST", "EST"),
        ("UTC", "UTC"),
    ],
)
def test_old_names_of_places_become_present_ones(old: str, new: str) -> None:
    assert present_name(old) == new
