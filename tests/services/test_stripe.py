"""Payments through Stripe: the adapter, with the official library, against a double of Stripe."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
import stripe

from mentorbook.domain.kinds import PaymentWay, RefundStatus
from mentorbook.domain.money.payments import Charge, ChargeOrder, ChargeStatus
from mentorbook.domain.ports import NotGenuine, PaymentProvider, PaymentRefused, ProviderDown
from mentorbook.integrations.stripe import StripePayments
from tests.conftest import NOON, Hands
from tests.servers.stripe_books import ASKS_THE_BANK, CardProblem, NotPayable
from tests.servers.stripe_double import Fault, StripeDouble, running_stripe

T = TypeVar("T")
DECLINED = "4000000000000002"


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for half a second before the library asks again by itself."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)


@pytest.fixture
def double(hands: Hands) -> Iterator[StripeDouble]:
    with running_stripe(hands) as double:
        yield double


class Desk:
    """The adapter, made and closed for each thing that is asked of it."""

    def __init__(self, double: StripeDouble) -> None:
        self.double = double
        self.secret_key = double.secret_key
        self.timeout = 10.0

    def ask(self, asked: Callable[[StripePayments], Awaitable[T]]) -> T:
        async def asking() -> T:
            provider = StripePayments(
                self.secret_key, self.double.webhook_secret, address=self.double.url, timeout=self.timeout
            )
            try:
                return await asked(provider)
            finally:
                await provider.close_connections()

        return asyncio.run(asking())

    def open(self, order: ChargeOrder) -> str:
        return self.ask(lambda provider: provider.open(order)).reference

    def charge(self, reference: str) -> Charge:
        return self.ask(lambda provider: provider.charge(reference))

    def close(self, reference: str) -> Charge:
        return self.ask(lambda provider: provider.close(reference))

    def capture(self, reference: str, amount: int) -> Charge:
        return self.ask(lambda provider: provider.capture(reference, amount))

    def refund(self, reference: str, refund_id: UUID, amount: int) -> Charge:
        return self.ask(lambda provider: provider.refund(reference, refund_id, amount))


@pytest.fixture
def desk(double: StripeDouble) -> Desk:
    return Desk(double)


def an_order(**changes: Any) -> ChargeOrder:
    given: dict[str, Any] = {
        "payment_id": uuid4(),
        "amount_minor": 6000,
        "currency": "GBP",
        "is_authorisation": False,
        "title": "60 minutes with Ada",
        "payer_email": "mia@people.test",
        "return_url": "https://book.example/sessions/1",
        "pay_until": NOON + timedelta(hours=1),
    }
    return ChargeOrder(**(given | changes))


def paid(desk: Desk, **changes: Any) -> str:
    reference = desk.open(an_order(**changes))
    desk.double.books.pay(reference)
    return reference


def held(desk: Desk, **changes: Any) -> str:
    return paid(desk, is_authorisation=True, **changes)


def stands(charge: Charge) -> tuple[ChargeStatus, int, int]:
    """Status, what was taken, what was given back."""
    return charge.status, charge.captured_minor, charge.returned_minor


OPEN = (ChargeStatus.OPEN, 0, 0)
CAPTURED = (ChargeStatus.CAPTURED, 6000, 0)
AUTHORISED = (ChargeStatus.AUTHORISED, 0, 0)
CLOSED = (ChargeStatus.CLOSED, 0, 0)
VOIDED = (ChargeStatus.VOIDED, 0, 0)


class TestPaying:
    def test_a_session_is_begun_with_what_its_payer_has_to_see(self, desk: Desk) -> None:
        order = an_order()
        opened = desk.ask(lambda provider: provider.open(order))
        assert opened.url == "https://checkout.stripe.test/pay"
        (call,) = desk.double.asked("/sessions")
        assert call.key == str(order.payment_id)
        price = call.given["line_items"]["0"]["price_data"]
        assert price["product_data"] == {"name": "60 minutes with Ada"}
        assert (price["unit_amount"], price["currency"]) == ("6000", "gbp")
        assert call.given["allowed_payment_method_types"] == {"0": "card"}
        assert call.given["success_url"] == call.given["cancel_url"] == order.return_url
        assert call.given["customer_email"] == order.payer_email
        assert int(call.given["expires_at"]) == int((NOON + timedelta(hours=1)).timestamp())
        assert desk.charge(opened.reference) == Charge(
            reference=opened.reference,
            payment_id=order.payment_id,
            status=ChargeStatus.OPEN,
            amount_minor=6000,
            currency="GBP",
            created_at=NOON,
        )

    def test_it_is_a_provider_whose_cards_are_typed_elsewhere(self) -> None:
        provider: PaymentProvider = StripePayments("sk_test_x", "whsec_x")
        assert (provider.way, provider.card_form) == (PaymentWay.STRIPE, None)

    def test_a_payment_is_charged_once(self, desk: Desk) -> None:
        reference = paid(desk)
        assert stands(desk.charge(reference)) == CAPTURED
        with pytest.raises(NotPayable):
            desk.double.books.pay(reference)

    def test_an_authorisation_takes_nothing_yet(self, desk: Desk) -> None:
        assert stands(desk.charge(held(desk))) == AUTHORISED

    def test_a_declined_card_leaves_it_open_for_another(self, desk: Desk) -> None:
        reference = desk.open(an_order())
        with pytest.raises(CardProblem):
            desk.double.books.pay(reference, DECLINED)
        assert stands(desk.charge(reference)) == OPEN
        desk.double.books.pay(reference)
        assert stands(desk.charge(reference)) == CAPTURED

    @pytest.mark.parametrize("is_authorisation", [False, True])
    def test_nothing_is_paid_before_the_bank_agrees(self, desk: Desk, is_authorisation: bool) -> None:
        reference = desk.open(an_order(is_authorisation=is_authorisation))
        assert desk.double.books.pay(reference, ASKS_THE_BANK) == "requires_action"
        assert stands(desk.charge(reference)) == OPEN
        desk.double.books.answer_the_bank(reference, agrees=False)
        assert stands(desk.charge(reference)) == OPEN
        desk.double.books.pay(reference, ASKS_THE_BANK)
        desk.double.books.answer_the_bank(reference)
        assert stands(desk.charge(reference)) == (AUTHORISED if is_authorisation else CAPTURED)

    def test_nothing_is_paid_after_it_has_expired(self, desk: Desk, hands: Hands) -> None:
        reference = desk.open(an_order())
        hands.on(hours=1)
        with pytest.raises(NotPayable):
            desk.double.books.pay(reference)
        assert stands(desk.charge(reference)) == CLOSED

    def test_what_is_closed_is_paid_no_more(self, desk: Desk) -> None:
        reference = desk.open(an_order())
        for _ in range(2):
            assert stands(desk.close(reference)) == CLOSED
        with pytest.raises(NotPayable):
            desk.double.books.pay(reference)

    def test_closing_what_the_bank_was_asked_about_takes_nothing(self, desk: Desk) -> None:
        reference = desk.open(an_order())
        desk.double.books.pay(reference, ASKS_THE_BANK)
        assert stands(desk.close(reference)) == CLOSED
        with pytest.raises(NotPayable):
            desk.double.books.answer_the_bank(reference)

    def test_what_is_paid_stays_so_when_it_is_closed(self, desk: Desk) -> None:
        assert stands(desk.close(paid(desk))) == CAPTURED
        assert stands(desk.close(held(desk))) == AUTHORISED

    def test_what_is_paid_while_it_is_being_closed_stays_so(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reference = desk.open(an_order())
        expire = desk.double.books.expire

        def paid_just_before(name: str) -> dict[str, Any]:
            desk.double.books.pay(name)
            return expire(name)

        monkeypatch.setattr(desk.double.books, "expire", paid_just_before)
        assert stands(desk.close(reference)) == CAPTURED

    def test_an_address_that_stripe_does_not_take_keeps_nobody_from_paying(self, desk: Desk) -> None:
        order = an_order(payer_email="mia@büro.test")
        desk.double.books.bad_addresses.add(order.payer_email)
        first, again = desk.open(order), desk.open(order)
        assert first == again
        assert "customer_email" not in desk.double.asked("/sessions")[-1].given

    def test_an_unknown_session_is_refused(self, desk: Desk) -> None:
        all_asked: list[Callable[[], Charge]] = [
            lambda: desk.charge("cs_test_404"),
            lambda: desk.close("cs_test_404"),
            lambda: desk.capture("cs_test_404", 1),
            lambda: desk.refund("cs_test_404", uuid4(), 1),
        ]
        for asked in all_asked:
            with pytest.raises(PaymentRefused, match="404 resource_missing"):
                asked()


class TestAskedTwice:
    def test_opening_again_is_the_same_session(self, desk: Desk) -> None:
        order = an_order()
        assert desk.open(order) == desk.open(order)
        assert [each.key for each in desk.double.asked("/sessions")] == 2 * [str(order.payment_id)]

    @pytest.mark.parametrize(
        "other", [{"amount_minor": 6001}, {"currency": "EUR"}, {"is_authorisation": True}], ids=str
    )
    def test_other_terms_under_the_same_payment_are_refused(self, desk: Desk, other: dict[str, Any]) -> None:
        order = an_order()
        reference = desk.open(order)
        with pytest.raises(PaymentRefused):
            desk.open(an_order(payment_id=order.payment_id, **other))
        assert (desk.charge(reference).amount_minor, desk.charge(reference).currency) == (6000, "GBP")

    @pytest.mark.parametrize("fault", [Fault.LOST, Fault.RESET, Fault.UNAVAILABLE])
    def test_a_lost_answer_is_asked_for_again_by_itself(self, desk: Desk, fault: Fault) -> None:
        order = an_order()
        desk.double.fail(fault, 1)
        reference = desk.open(order)
        desk.double.books.pay(reference)
        assert desk.open(order) == reference
        assert len(desk.double.books.charges_of(order.payment_id)) == 1

    def test_a_session_whose_answer_was_lost_for_good_is_paid_once(self, desk: Desk) -> None:
        order = an_order()
        desk.double.fail(Fault.LOST)
        with pytest.raises(ProviderDown):
            desk.open(order)
        desk.double.fail(None)
        reference = desk.open(order)
        (only,) = desk.ask(lambda provider: provider.charges_since(NOON))
        assert only.reference == reference

    def test_without_its_key_there_would_be_two(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Positive control: the double opens a session for each call that has another key."""
        monkeypatch.setattr(StripePayments, "_begin", _begin_without_key)
        order = an_order()
        desk.double.fail(Fault.LOST)
        with pytest.raises(ProviderDown):
            desk.open(order)
        desk.double.fail(None)
        for reference in {desk.open(order), *_sessions(desk)}:
            desk.double.books.pay(reference)
        assert len(desk.double.books.charges_of(order.payment_id)) > 1

    def test_after_a_day_nothing_is_opened_anew(self, desk: Desk, hands: Hands) -> None:
        """Stripe has forgotten the key by then, and the time to pay is over."""
        order = an_order()
        desk.open(order)
        hands.on(hours=25)
        with pytest.raises(PaymentRefused):
            desk.open(order)
        assert len(_sessions(desk)) == 1

    @pytest.mark.parametrize("amount", [6000, 2500])
    def test_a_capture_whose_answer_was_lost_is_made_once(self, desk: Desk, amount: int) -> None:
        reference = held(desk)
        desk.double.fail(Fault.LOST, only="/capture")
        with pytest.raises(ProviderDown):
            desk.capture(reference, amount)
        desk.double.fail(None)
        assert stands(desk.capture(reference, amount)) == (ChargeStatus.CAPTURED, amount, 0)
        assert {each.key for each in desk.double.asked("/capture")} == {f"capture:{reference}:{amount}"}

    @pytest.mark.parametrize("amount", [6000, 2500, 0])
    def test_a_fault_that_is_kept_under_the_key_keeps_no_card_waiting(self, desk: Desk, amount: int) -> None:
        """The library asks again by itself, and is answered as before."""
        reference = held(desk)
        desk.double.fail(Fault.KEPT, 1, only="/capture" if amount else "/cancel")
        charge = desk.capture(reference, amount)
        assert stands(charge) == ((ChargeStatus.CAPTURED, amount, 0) if amount else VOIDED)
        keys = [each.key for each in desk.double.asked("/capture" if amount else "/cancel")]
        assert keys[:2] == 2 * [f"capture:{reference}:{amount}"]
        assert len(keys) == 3

    def test_a_refund_is_asked_under_no_other_key_whatever_is_kept(self, desk: Desk, hands: Hands) -> None:
        """Nobody knows whether a fault came before or after the refund; in a day it can be told."""
        reference, refund = paid(desk), uuid4()
        desk.double.fail(Fault.KEPT, 1, only="/refunds")
        for _ in range(2):
            with pytest.raises(ProviderDown):
                desk.refund(reference, refund, 1000)
        assert {each.key for each in desk.double.asked("/refunds")} == {str(refund)}
        hands.on(hours=24)
        assert desk.refund(reference, refund, 1000).returned_minor == 1000

    @pytest.mark.parametrize("hours", [0, 25])
    def test_a_refund_whose_answer_was_lost_is_made_once(self, desk: Desk, hands: Hands, hours: int) -> None:
        """Also when Stripe has forgotten the key."""
        reference, refund = paid(desk), uuid4()
        desk.double.fail(Fault.LOST, only="/refunds")
        with pytest.raises(ProviderDown):
            desk.refund(reference, refund, 1000)
        desk.double.fail(None)
        hands.on(hours=hours)
        for _ in range(2):
            charge = desk.refund(reference, refund, 1000)
            assert [(each.refund_id, each.amount_minor) for each in charge.refunds] == [(refund, 1000)]
        assert {each.key for each in desk.double.asked("/refunds")} == {str(refund)}

    def test_without_looking_first_it_would_be_given_back_twice(self, desk: Desk, hands: Hands) -> None:
        """Positive control: a key is forgotten after a day."""
        reference, refund = paid(desk), uuid4()
        desk.refund(reference, refund, 1000)
        hands.on(hours=25)
        asked = {"payment_intent": _payment_of(desk, reference), "amount": 1000}
        client = stripe.StripeClient(desk.secret_key, base_addresses={"api": desk.double.url})
        client.v1.refunds.create(asked, {"idempotency_key": str(refund)})  # type: ignore[arg-type]
        assert desk.charge(reference).returned_minor == 2000

    def test_two_at_once_refund_once(self, desk: Desk) -> None:
        reference, refund = paid(desk), uuid4()

        async def twice(provider: StripePayments) -> list[Charge | BaseException]:
            asked = [provider.refund(reference, refund, 4000) for _ in range(4)]
            return await asyncio.gather(*asked, return_exceptions=True)

        answers = desk.ask(twice)
        assert any(isinstance(each, Charge) for each in answers)
        assert {type(each) for each in answers} <= {Charge, ProviderDown}
        assert stands(desk.charge(reference)) == (ChargeStatus.CAPTURED, 6000, 4000)

    def test_a_key_that_is_being_worked_on_is_no_refusal(self, desk: Desk) -> None:
        reference, refund = paid(desk), uuid4()
        desk.timeout = 2.0
        desk.double.fail(Fault.HANGS, 1, only="/refunds")
        with pytest.raises(ProviderDown):
            desk.refund(reference, refund, 1000)
        desk.double.fail(None)
        assert desk.refund(reference, refund, 1000).returned_minor == 1000


class TestCapturing:
    @pytest.mark.parametrize("amount", [100, 3000, 6000])
    def test_a_part_is_captured_and_the_rest_released(self, desk: Desk, amount: int) -> None:
        reference = held(desk)
        for _ in range(2):
            assert stands(desk.capture(reference, amount)) == (ChargeStatus.CAPTURED, amount, 0)
        assert len(desk.double.asked("/capture")) == 1
        for other in (amount - 50, amount + 50, 0):
            with pytest.raises(PaymentRefused):
                desk.capture(reference, other)
        with pytest.raises(PaymentRefused):
            desk.refund(reference, uuid4(), amount + 1)

    def test_capturing_nothing_releases_all(self, desk: Desk) -> None:
        reference = held(desk)
        for _ in range(2):
            assert stands(desk.capture(reference, 0)) == VOIDED
        with pytest.raises(PaymentRefused):
            desk.capture(reference, 6000)
        assert {each.key for each in desk.double.asked("/cancel")} == {f"capture:{reference}:0"}

    def test_no_more_is_captured_than_is_held(self, desk: Desk) -> None:
        reference = held(desk)
        with pytest.raises(PaymentRefused, match="400 amount_too_large"):
            desk.capture(reference, 6001)
        assert stands(desk.charge(reference)) == AUTHORISED

    def test_nothing_is_captured_of_what_nobody_has_paid(self, desk: Desk) -> None:
        reference = desk.open(an_order(is_authorisation=True))
        for amount in (0, 6000):
            with pytest.raises(PaymentRefused):
                desk.capture(reference, amount)

    def test_what_was_charged_at_once_is_captured_already(self, desk: Desk) -> None:
        assert stands(desk.capture(paid(desk), 6000)) == CAPTURED

    def test_a_hold_lapses_after_seven_days(self, desk: Desk, hands: Hands) -> None:
        reference = held(desk)
        hands.on(days=7, seconds=-1)
        assert stands(desk.charge(reference)) == AUTHORISED
        hands.on(seconds=1)
        assert stands(desk.charge(reference)) == VOIDED
        with pytest.raises(PaymentRefused):
            desk.capture(reference, 6000)


class TestRefunding:
    def test_never_more_than_was_taken(self, desk: Desk) -> None:
        reference, first, second = paid(desk), uuid4(), uuid4()
        assert desk.refund(reference, first, 2500).returned_minor == 2500
        with pytest.raises(PaymentRefused):
            desk.refund(reference, first, 2400)
        with pytest.raises(PaymentRefused):
            desk.refund(reference, uuid4(), 3501)
        assert stands(desk.refund(reference, second, 3500)) == (ChargeStatus.CAPTURED, 6000, 6000)
        with pytest.raises(PaymentRefused, match="charge_already_refunded"):
            desk.refund(reference, uuid4(), 100)

    def test_nothing_of_what_was_only_held(self, desk: Desk) -> None:
        with pytest.raises(PaymentRefused):
            desk.refund(held(desk), uuid4(), 100)

    def test_one_made_by_hand_is_seen(self, desk: Desk) -> None:
        reference = paid(desk)
        name = desk.double.books.refund_by_hand(reference, 700)
        (refund,) = desk.charge(reference).refunds
        assert (refund.reference, refund.refund_id, refund.amount_minor) == (name, None, 700)

    def test_one_that_takes_its_time_is_not_done_and_may_fail(self, desk: Desk) -> None:
        reference, refund = paid(desk), uuid4()
        desk.double.books.refunds_are = "pending"
        (told,) = desk.refund(reference, refund, 700).refunds
        assert told.status == RefundStatus.ORDERED
        assert desk.charge(reference).returned_minor == 0
        desk.double.books.settle_refund(told.reference, "failed", "expired_or_canceled_card")
        (told,) = desk.refund(reference, refund, 700).refunds
        assert (told.status, told.problem) == (RefundStatus.FAILED, "expired_or_canceled_card")

    def test_every_refund_is_read_however_many(self, desk: Desk) -> None:
        reference = paid(desk)
        for _ in range(12):
            desk.double.books.refund_by_hand(reference, 100)
        assert desk.charge(reference).returned_minor == 1200
        (listed,) = desk.ask(lambda provider: provider.charges_since(NOON))
        assert listed.returned_minor == 1200


class TestCurrencies:
    @pytest.mark.parametrize(
        ("amount", "currency", "at_stripe", "part", "part_at_stripe"),
        [
            (6000, "GBP", 6000, 2500, 2500),
            (5000, "JPY", 5000, 1, 1),
            (12_500, "KWD", 12_500, 6250, 6250),
            # Both have no decimals here, and two for Stripe.
            (5000, "ISK", 500_000, 1, 100),
            (90_000, "UGX", 9_000_000, 1, 100),
            (90_000, "RSD", 9_000_000, 1, 100),
            (90_050, "HUF", 90_050, 50, 50),
        ],
    )
    def test_amounts_are_the_same_there_and_back(
        self, desk: Desk, amount: int, currency: str, at_stripe: int, part: int, part_at_stripe: int
    ) -> None:
        reference = held(desk, amount_minor=amount, currency=currency)
        charge = desk.charge(reference)
        assert (charge.amount_minor, charge.currency) == (amount, currency)
        (opened,) = desk.double.asked("/sessions")
        assert int(opened.given["line_items"]["0"]["price_data"]["unit_amount"]) == at_stripe
        assert desk.capture(reference, amount - part).captured_minor == amount - part
        assert desk.refund(reference, uuid4(), part).returned_minor == part
        (captured,), (refunded,) = desk.double.asked("/capture"), desk.double.asked("/refunds")
        assert int(captured.given["amount_to_capture"]) == at_stripe - part_at_stripe
        assert int(refunded.given["amount"]) == part_at_stripe

    def test_thousandths_are_charged_to_nobody(self, desk: Desk) -> None:
        with pytest.raises(PaymentRefused, match="steps of 10"):
            desk.open(an_order(amount_minor=12_505, currency="KWD"))
        reference = held(desk, amount_minor=12_500, currency="KWD")
        with pytest.raises(PaymentRefused):
            desk.capture(reference, 6255)
        desk.capture(reference, 12_500)
        with pytest.raises(PaymentRefused):
            desk.refund(reference, uuid4(), 5)
        assert desk.charge(reference).captured_minor == 12_500

    def test_the_double_would_notice(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Positive control: amounts that are sent as they are here are refused there."""
        monkeypatch.setattr("mentorbook.integrations.stripe.to_stripe", lambda amount, currency: amount)
        for amount, currency in ((12_505, "KWD"), (90_050, "UGX")):
            with pytest.raises(PaymentRefused, match="invalid_charge_amount"):
                desk.open(an_order(amount_minor=amount, currency=currency))


class TestReconciling:
    def test_charges_are_listed_from_a_moment_on_page_by_page(
        self, desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mentorbook.integrations.stripe._PAGE", 2)
        paid(desk)
        hands.on(hours=2)
        since = hands.now
        pay_until = hands.now + timedelta(hours=1)
        references = [desk.open(an_order(pay_until=pay_until)) for _ in range(5)]
        desk.double.books.pay(references[0])
        desk.double.books.refund_by_hand(references[0], 100)
        found = desk.ask(lambda provider: provider.charges_since(since))
        assert {each.reference for each in found} == set(references)
        (refunded,) = [each for each in found if each.refunds]
        assert refunded == desk.charge(references[0])

    def test_what_else_the_account_sells_is_not_ours(self, desk: Desk) -> None:
        reference = desk.open(an_order())
        desk.double.books.objects[reference]["metadata"] = {"order": "12"}
        assert desk.ask(lambda provider: provider.charges_since(NOON)) == []


class TestFaults:
    @pytest.mark.parametrize("fault", [each for each in Fault if each not in (Fault.HANGS, Fault.LOST)])
    def test_each_is_a_provider_that_is_down_and_tells_no_secret(
        self, desk: Desk, fault: Fault, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        reference = paid(desk)
        desk.double.fail(fault)
        all_asked: list[Callable[[], object]] = [
            lambda: desk.open(an_order()),
            lambda: desk.charge(reference),
            lambda: desk.refund(reference, uuid4(), 1),
            lambda: desk.ask(lambda provider: provider.charges_since(NOON)),
        ]
        for asked in all_asked:
            with pytest.raises(ProviderDown) as down:
                asked()
            assert down.value.__suppress_context__
            for said in (str(down.value), caplog.text):
                assert "people.test" not in said
                assert "sk_test" not in said
        desk.double.fail(None)
        assert stands(desk.charge(reference)) == CAPTURED

    def test_what_is_refused_tells_no_secret_either(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        reference = paid(desk)
        with pytest.raises(PaymentRefused) as refused:
            desk.refund(reference, uuid4(), 6001)
        assert str(refused.value) == "Stripe refused it: answered 400"
        assert "people.test" not in caplog.text

    def test_a_wrong_key_is_the_operators_to_mend(self, desk: Desk) -> None:
        desk.secret_key = "sk_test_wrong"
        with pytest.raises(ProviderDown, match="answered 401"):
            desk.open(an_order())

    def test_one_that_hangs_keeps_nobody_for_long(self, desk: Desk) -> None:
        reference = paid(desk)
        desk.timeout = 0.5
        desk.double.fail(Fault.HANGS)
        with pytest.raises(ProviderDown, match=r"within 0\.5 s|cannot be reached"):
            desk.charge(reference)

    def test_one_that_is_not_there_is_down(self, double: StripeDouble) -> None:
        desk = Desk(double)
        desk.double.port = 1
        with pytest.raises(ProviderDown, match="cannot be reached"):
            desk.charge("cs_test_1")


class TestWebhooks:
    def read(self, desk: Desk, body: bytes, signature: str) -> Any:
        async def reading(provider: StripePayments) -> Any:
            return provider.read_event(body, signature)

        return desk.ask(reading)

    def test_each_event_of_a_payment_names_it(self, desk: Desk) -> None:
        order = an_order(is_authorisation=True)
        reference = desk.open(order)
        desk.double.books.pay(reference)
        desk.capture(reference, 6000)
        desk.refund(reference, uuid4(), 100)
        kinds = set()
        for event in desk.double.books.events:
            read = self.read(desk, *desk.double.signed(event))
            assert (read.id, read.payment_id) == (event["id"], order.payment_id)
            kinds.add(event["data"]["object"]["object"])
        assert kinds == {"checkout.session", "payment_intent", "charge", "refund"}

    def test_a_refund_by_hand_is_told_with_its_charge(self, desk: Desk) -> None:
        order = an_order()
        reference = desk.open(order)
        desk.double.books.pay(reference)
        desk.double.books.refund_by_hand(reference, 100)
        told = {each["type"]: self.read(desk, *desk.double.signed(each)) for each in desk.double.books.events}
        assert told["refund.created"].payment_id is None
        assert told["charge.refunded"].payment_id == order.payment_id

    @pytest.mark.parametrize("metadata", [None, {}, {"payment_id": "7"}, {"payment_id": ""}])
    def test_what_is_not_ours_names_nothing(self, desk: Desk, metadata: Any) -> None:
        event = {"id": "evt_9", "object": "event", "data": {"object": {"id": "x", "metadata": metadata}}}
        read = self.read(desk, *desk.double.signed(event))
        assert (read.id, read.payment_id) == ("evt_9", None)

    def test_what_stripe_has_not_signed_is_not_genuine(self, desk: Desk) -> None:
        paid(desk)
        event = desk.double.books.events[-1]
        body, signature = desk.double.signed(event)
        late = time.time() - 301
        forged = [
            desk.double.signed(event, secret="whsec_other"),
            desk.double.signed(event, at=late),
            (body.replace(b"paid", b"free"), signature),
            (body + b" ", signature),
            (body, ""),
            (body, "t=1"),
            (body, "t=x,v1=00"),
            (body, signature.replace("v1", "v0")),
            (b"\xff", signature),
            desk.double.signed({"object": "v2.core.event", "id": "evt_1"}),
            desk.double.signed({"id": "evt_1", "object": "event", "data": {"object": 7}}),
        ]
        for each in forged:
            with pytest.raises(NotGenuine):
                self.read(desk, *each)
        assert self.read(desk, body, signature).id == event["id"]


def _sessions(desk: Desk) -> list[str]:
    return [name for name, each in desk.double.books.objects.items() if each["object"] == "checkout.session"]


def _payment_of(desk: Desk, reference: str) -> str:
    return str(desk.double.books.objects[reference]["payment_intent"])


async def _begin_without_key(self: StripePayments, asked: dict[str, Any], key: str) -> Any:
    """What opening would be without its key; the library makes up one of its own for each call."""
    return await self._client.v1.checkout.sessions.create_async(asked)  # type: ignore[arg-type]
