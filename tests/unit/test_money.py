"""Prices in minor units, and how they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.money.prices import currencies, exponent, is_currency, price_minor
from mentorbook.presenters.prices import format_minor, format_rate


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
        ("5000", "XOF", 60, 5000),
        ("1.5", "LYD", 60, 1500),
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
        (5000, "XOF", "XOF 5,000"),
        (60_000, "UGX", "UGX 60,000"),
        (45_000, "IQD", "IQD 45,000"),
        (1500, "LYD", "LYD 1.500"),
        (1200, "CAD", "CAD 12.00"),
        (1200, "ILS", "₪12.00"),
        # What is stored is shown, whatever it is.
        (1234, "ZZZ", "ZZZ 12.34"),
        (1234, "'#0", "'#0 12.34"),
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


def test_currencies_are_those_that_money_is_in_today() -> None:
    assert {"GBP", "USD", "EUR", "JPY", "INR", "CHF", "XOF", "UGX", "IQD", "LYD"} <= currencies()
    for wrong in ("ZZZ", "XXX", "XAU", "XTS", "DEM", "gbp", "GB", "GBPS", "", "£", None, 5, ["GBP"]):
        assert not is_currency(wrong)


# Written out, so that a new Babel that counts a currency's money otherwise is noticed: prices are kept in it.
WITHOUT_DECIMALS = {
    "AFN", "ALL", "BIF", "CLP", "DJF", "GNF", "IQD", "IRR", "ISK", "JPY", "KMF", "KPW",
    "KRW", "LAK", "LBP", "MGA", "MMK", "PYG", "RSD", "RWF", "SOS", "SYP", "UGX", "VND",
    "VUV", "XAF", "XOF", "XPF", "YER",
}  # fmt: skip
WITH_THREE_DECIMALS = {"BHD", "JOD", "KWD", "LYD", "OMR", "TND"}


@pytest.mark.parametrize("currency", sorted(currencies()))
def test_every_price_has_the_decimals_of_its_currency(currency: str) -> None:
    digits = 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE_DECIMALS else 2
    assert exponent(currency) == digits
    assert price_minor(Decimal(5000), currency, 60) == 5000 * 10**digits
    written = format_minor(5000 * 10**digits, currency)
    assert written.endswith("5,000" + ("." + "0" * digits if digits else ""))
