"""Do at the payment provider what a payment is due, and learn from it what has become of one."""

import logging
from uuid import UUID

from mentorbook.domain.money.payments import Charge
from mentorbook.domain.money.plan import Capture, Close, GiveBack, Step
from mentorbook.domain.ports import PaymentProvider, PaymentRefused
from mentorbook.services import change_feed
from mentorbook.services.money import books
from mentorbook.services.money.charge_orders import charge_order
from mentorbook.services.offload import call

log = logging.getLogger(__name__)


async def follow(provider: PaymentProvider, payment_id: UUID) -> None:
    """Ask the provider how a payment stands, and for everything that is due with it.

    Nothing is asked of it in a transaction. Raises `ProviderDown`, and `PaymentRefused` when it does not do
    what is due.
    """
    known = await call(books.known_as, payment_id)
    if known is None:
        return
    reference = known.reference
    if known.way != provider.way:
        # Another provider knows nothing of it: an admin sees it until that way is chosen again.
        raise PaymentRefused(f"It was paid by {known.way}, and payments go by {provider.way} now.")
    # What it is called may have been lost on the way: opened under the same key, it is the same. What cannot
    # be opened is paid by nobody.
    try:
        if reference is None:
            opened = await provider.open(await call(charge_order, payment_id))
            await call(books.opened, payment_id, opened.reference, opened.url)
            reference = opened.reference
    except PaymentRefused as error:
        log.warning("payment %s is not opened: %s", payment_id, error)
        change_feed.announce(await call(books.not_opened, payment_id, str(error)))
        return
    step = await booked(payment_id, await provider.charge(reference))
    last: Step | None = None
    while step is not None:
        if step == last:
            raise PaymentRefused("The provider answered, and did not do it.")
        last, step = step, await _do(provider, payment_id, reference, step)


async def booked(payment_id: UUID, charge: Charge) -> Step | None:
    """Take in what the provider says of a payment, tell the open pages, and return what is due next."""
    people = await call(books.record, payment_id, charge)
    if people:
        change_feed.announce([*people, change_feed.SESSIONS])
    return await call(books.due, payment_id)


async def _do(provider: PaymentProvider, payment_id: UUID, reference: str, step: Step) -> Step | None:
    """Ask for one step, take in what came of it, and return the next.

    What is refused was perhaps done already, or is not needed any more: that is read before it is given up.
    """
    try:
        match step:
            case Close():
                charge = await provider.close(reference)
            case Capture(amount):
                charge = await provider.capture(reference, amount)
            case GiveBack(refund_id, amount):
                charge = await provider.refund(reference, refund_id, amount)
    except PaymentRefused as error:
        log.warning("the payment provider refused a step of payment %s: %s", payment_id, error)
        due = await booked(payment_id, await provider.charge(reference))
        if due == step:
            await call(books.refused, payment_id, str(error))
            raise
        return due
    return await booked(payment_id, charge)
