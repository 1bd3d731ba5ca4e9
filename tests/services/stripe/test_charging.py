"""One pays once, however often it is asked for."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import stripe

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import Charge, ChargeStatus
from mentorbook.domain.ports import PaymentProvider, PaymentRefused, ProviderDown
from mentorbook.integrations.stripe import StripePayments
from tests.conftest import NOON, Hands
from tests.servers.stripe_books import ASKS_THE_BANK, CardProblem, NotPayable
from tests.servers.stripe_double import Fault
from tests.services.stripe.desk import (
    AUTHORISED,
    CAPTURED,
    CLOSED,
    DECLINED,
    OPEN,
    VOIDED,
    Desk,
    an_order,
    begin_without_key,
    held,
    paid,
    payment_of,
    sessions_of,
    stands,
)


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
        monkeypatch.setattr(StripePayments, "_begin", begin_without_key)
        order = an_order()
        desk.double.fail(Fault.LOST)
        with pytest.raises(ProviderDown):
            desk.open(order)
        desk.double.fail(None)
        for reference in {desk.open(order), *sessions_of(desk)}:
            desk.double.books.pay(reference)
        assert len(desk.double.books.charges_of(order.payment_id)) > 1

    def test_after_a_day_nothing_is_opened_anew(self, desk: Desk, hands: Hands) -> None:
        """Stripe has forgotten the key by then, and the time to pay is over."""
        order = an_order()
        desk.open(order)
        hands.on(hours=25)
        with pytest.raises(PaymentRefused):
            desk.open(order)
        assert len(sessions_of(desk)) == 1

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
        asked = {"payment_intent": payment_of(desk, reference), "amount": 1000}
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
