"""Which payment provider the settings name."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from mentorbook import providers
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import ChargeOrder
from mentorbook.settings import Settings
from tests.servers.stripe_double import running_stripe


@pytest.mark.parametrize("way", [PaymentWay.FREE, PaymentWay.SETTLE])
def test_nothing_takes_money_where_the_app_does_not(way: PaymentWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "settings", Settings(payments=way))
    assert providers.payment_provider() is None


def test_the_demo_keeps_its_books_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(providers, "settings", Settings(demo=True, data_dir=tmp_path))
    provider = providers.payment_provider()
    assert provider is not None
    assert provider.way == PaymentWay.DEMO
    order = ChargeOrder(uuid4(), 6000, "GBP", False, "A session", "mia@people.test", "https://book.example/")
    asyncio.run(provider.open(order))
    assert (tmp_path / "demo_payments.db").is_file()


def test_stripe_is_named_by_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"stripe_secret_key": SecretStr("sk_test_1"), "stripe_webhook_secret": SecretStr("whsec_1")}
    monkeypatch.setattr(providers, "settings", Settings(**keys))  # type: ignore[arg-type]
    provider = providers.payment_provider()
    assert provider is not None
    assert (provider.way, provider.card_form) == (PaymentWay.STRIPE, None)
    event = {"id": "evt_1", "object": "event", "data": {"object": {"metadata": {}}}}
    with running_stripe() as double:
        body, signature = double.signed(event, secret="whsec_1")
    assert provider.read_event(body, signature).id == "evt_1"
    asyncio.run(provider.close_connections())
