"""Prices in minor units, and how they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.money import exponent, format_minor, format_rate, price_minor


@pytest.mark.parametrize(
    ("rate", "currency", "minutes", "minor"),
    [
        ("60", "GBP", 60, 6000),
        ("60", "GBP", 15, 1500),
        ("33.33", "EUR", 45, 2500),
        ("0.01", "USD", 15, 0),
        ("0.02", "USD", 15, 1),
        ("0.10", "USD", 15, 3),
        ("9000", "JPY", 15, 2250),
        ("1.125", "KWD", 60, 1125),
        ("0", "USD", 240, 0),
        ("1000000", "USD", 240, 400_000_000),
    ],
)
def test_a_price_is_the_rate_times_the_minutes_half_rounded_up(
    rate: str, currency: str, minutes: int, minor: int
) -> None:
    assert price_minor(Decimal(rate), currency, minutes) == minor


@given(
    st.decimals(0, 1_000_000, places=2),
    st.sampled_from(["GBP", "JPY", "KWD"]),
    st.integers(1, 16).map(lambda quarters: quarters * 15),
)
def test_a_price_is_never_more_than_half_a_minor_unit_off(rate: Decimal, currency: str, minutes: int) -> None:
    exact = rate * minutes * 10 ** exponent(currency) / 60
    assert abs(price_minor(rate, currency, minutes) - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (6000, "GBP", "£60.00"),
        (9000, "JPY", "¥9,000"),
        (4550, "CHF", "CHF 45.50"),
        (1125, "KWD", "KWD 1.125"),
        (1, "USD", "$0.01"),
        (0, "USD", "Free"),
        (123_456_789, "EUR", "€1,234,567.89"),
    ],
)
def test_amounts_are_written_as_people_write_them(amount: int, currency: str, written: str) -> None:
    assert format_minor(amount, currency) == written


@pytest.mark.parametrize(
    ("rate", "currency", "written", "short"),
    [
        ("60", "GBP", "£60.00", "£60"),
        ("60.50", "GBP", "£60.50", "£60.50"),
        ("9000", "JPY", "¥9,000", "¥9,000"),
        ("0", "GBP", "Free", "Free"),
    ],
)
def test_rates_have_a_short_form(rate: str, currency: str, written: str, short: str) -> None:
    assert format_rate(Decimal(rate), currency) == written
    assert format_rate(Decimal(rate), currency, short=True) == short
