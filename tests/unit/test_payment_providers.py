"""Which payment provider the settings name."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from mentorbook import providers
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import ChargeOrder
from mentorbook.settings import Settings


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
