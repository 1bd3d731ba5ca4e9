"""What is taken, given back and listed, in every currency."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mentorbook.domain.kinds import RefundStatus
from mentorbook.domain.money.payments import ChargeStatus
from mentorbook.domain.ports import PaymentRefused
from tests.conftest import NOON, Hands
from tests.services.stripe.desk import AUTHORISED, CAPTURED, VOIDED, Desk, an_order, held, paid, stands


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
