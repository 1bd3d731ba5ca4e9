"""A mentor's own profile as a form: what is wrong in words, the card, what there is to choose from."""

import pytest

from mentorbook.domain.money.prices import currencies
from mentorbook.domain.people.own_profile import languages
from mentorbook.presenters.people.own_profile import (
    LinkFields,
    currency_choices,
    language_choices,
    links_with_errors,
    preview_row,
    profile_errors,
)


@pytest.mark.parametrize(
    ("typed", "currency", "shown"),
    [
        ("60", "GBP", "£60 / h"),
        (" 12.50 ", "EUR", "€12.50 / h"),
        ("0", "USD", "Free"),
        ("", "GBP", ""),
        ("sixty", "GBP", ""),
        ("-1", "GBP", ""),
        ("NaN", "GBP", ""),
        ("500001", "GBP", ""),
        ("60", "", ""),
    ],
)
def test_the_preview_shows_a_rate_once_it_is_one(typed: str, currency: str, shown: str) -> None:
    assert preview_row("Moira", "Maps", [], typed, currency).rate == shown


def test_the_preview_without_a_headline_says_where_it_stands() -> None:
    row = preview_row("Moira MacGillivray", " ", ["Ink"], "60", "GBP")
    assert (row.name, row.initials, row.headline) == ("Moira MacGillivray", "MM", "Your headline")


def test_each_wrong_field_has_a_sentence_of_its_own() -> None:
    assert profile_errors({"headline": "must not be empty", "city": "has characters"}) == {
        "headline": "The headline must not be empty.",
        "city": "The city has characters.",
    }
    assert profile_errors({"rate": "may have no decimals in JPY"}) == {
        "rate": "The rate may have no decimals in JPY."
    }
    assert profile_errors({"expertise": "must be 1 to 12"}) == {"expertise": "Choose 1 to 12 topics."}
    assert profile_errors({"expertise": "must not contain the same twice"}) == {
        "expertise": "Each may be there only once."
    }
    assert profile_errors({"expertise.2": "must not contain |"}) == {
        "expertise": "Topic 3 must not contain |."
    }
    assert profile_errors({}) == {}


def test_links_are_told_apart() -> None:
    links = [LinkFields("a", "b", "old"), LinkFields("c", "d")]
    told = links_with_errors(links, {"links.1.url": "must be another"})
    assert [(link.url, link.url_error) for link in told] == [("a", ""), ("c", "It must be another.")]


def test_everything_that_can_be_saved_can_be_chosen_by_name() -> None:
    assert {choice.value for choice in language_choices()} == languages()
    assert {choice.value for choice in currency_choices()} == currencies()
    named = {choice.value: choice.label for choice in language_choices()}
    assert (named["de"], named["fil"]) == ("German", "Filipino")
    labels = [choice.label.casefold() for choice in language_choices()]
    assert labels == sorted(labels)
    assert "" not in labels
