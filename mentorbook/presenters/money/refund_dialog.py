"""The dialog in which an admin gives money back: what is left, the amount that was typed, what follows."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import NumberFormatError, format_currency, get_currency_symbol, parse_decimal

from mentorbook.domain.kinds import PaymentStatus, PaymentWay
from mentorbook.domain.money.prices import exponent, payable_step
from mentorbook.domain.money.statements import AdminPayment
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_amount

NOTHING_LEFT = "Nothing is left of what was paid for this session."
NOT_PAID = "Nothing was paid for this session here."
AMOUNT_MISSING = "Enter how much is given back."
NO_NUMBER = "Enter an amount such as {example}."
_LOCALE = "en"
# Babel reads also what people do not mean, such as digits of another script and powers of ten.
_PLAIN = re.compile(r"[0-9][0-9,]{0,14}(?:\.([0-9]{1,6}))?", re.ASCII)


@dataclass(frozen=True)
class RefundWords:
    """What the dialog shows of a payment; `most` is what is left of it, as it would be typed."""

    about: str = ""
    paid: str = ""
    currency: str = ""
    most: str = ""
    hint: str = ""
    is_demo: bool = False


def left_of(line: AdminPayment) -> int:
    """Return what is left of a payment, in minor units: nothing of one that is not in force any more."""
    is_paid = line.status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)
    return line.amount_minor - line.returned_minor if is_paid else 0


def refund_words(line: AdminPayment) -> RefundWords:
    """Return what the dialog shows of a payment of which something is left."""
    amount, left = format_amount(line.amount_minor, line.currency), left_of(line)
    is_held = line.status == PaymentStatus.AUTHORISED
    held = "held on the card" if is_held else "paid"
    back = f", {format_amount(line.returned_minor, line.currency)} given back" if line.returned_minor else ""
    return RefundWords(
        about=f"{line.title}, {line.payer_name} with {line.other_name}",
        paid=f"{amount} {held}{back}.",
        currency=get_currency_symbol(line.currency, _LOCALE),
        most=typed(left, line.currency),
        hint=f"At most {format_amount(left, line.currency)}, which is what is left.",
        is_demo=line.way == PaymentWay.DEMO,
    )


def typed(amount_minor: int, currency: str) -> str:
    """Write an amount without its currency, as it is typed into a field: `1,250.00`."""
    number = Decimal(amount_minor).scaleb(-exponent(currency))
    return format_currency(number, currency, format="#,##0.00", locale=_LOCALE)


def read_amount(text: str, currency: str, left: int) -> tuple[int, str]:
    """Return the amount that was typed in minor units, and what is wrong with it: then the amount is 0.

    Read strictly, in the currency's own format, with its sign or without.
    """
    plain = text.strip().removeprefix(currency).removeprefix(get_currency_symbol(currency, _LOCALE)).strip()
    if not plain:
        return 0, AMOUNT_MISSING
    found, digits = _PLAIN.fullmatch(plain), exponent(currency)
    if found is None or len(found[1] or "") > digits:
        return 0, NO_NUMBER.format(example=typed(left, currency))
    try:
        number = parse_decimal(plain, locale=_LOCALE, strict=True)
    except NumberFormatError:
        return 0, NO_NUMBER.format(example=typed(left, currency))
    amount = int(number.scaleb(digits))
    return (0, why) if (why := _refused(amount, currency, left)) else (amount, "")


def _refused(amount: int, currency: str, left: int) -> str:
    if amount <= 0:
        return AMOUNT_MISSING
    if amount > left:
        return f"At most {format_amount(left, currency)} is left to give back."
    step = payable_step(currency)
    if amount % step:
        return f"Cards carry no smaller amounts than {format_amount(step, currency)}."
    return ""


def follows_words(line: AdminPayment, amount: int) -> str:
    """Say what giving so much back does, and that the payer is told."""
    payer, back = first_name(line.payer_name), format_amount(amount, line.currency)
    rest = format_amount(left_of(line) - amount, line.currency)
    is_all = amount == left_of(line)
    if line.status == PaymentStatus.AUTHORISED:
        then = "Nothing is taken" if is_all else f"{rest} is taken"
        return f"{back} is let go on {payer}’s card. {then} after the session. {payer} is told."
    then = "Nothing remains paid" if is_all else f"{rest} remains paid"
    return f"{back} goes back to {payer}’s card. {then}. {payer} is told."


def confirm_words(amount: int, currency: str) -> str:
    """Return what the button says: `Give back £25.00`."""
    return f"Give back {format_amount(amount, currency)}" if amount else "Give money back"


def done_words(line: AdminPayment, amount: int) -> str:
    """Return the message after it was ordered."""
    return f"{format_amount(amount, line.currency)} is on its way back to {first_name(line.payer_name)}."
