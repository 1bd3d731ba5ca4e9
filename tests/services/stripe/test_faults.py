"""What Stripe answers when it does not do it, and what it calls about."""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.domain.ports import NotGenuine, PaymentRefused, ProviderDown
from mentorbook.integrations.stripe import StripePayments
from tests.conftest import NOON
from tests.servers.stripe_double import Fault, StripeDouble
from tests.services.stripe.desk import CAPTURED, Desk, an_order, paid, stands


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
