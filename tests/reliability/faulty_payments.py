"""The demo's payment provider behind a bad line."""

from pathlib import Path
from uuid import UUID

from mentorbook.domain.money.payments import Charge, ChargeOrder, OpenedCharge
from mentorbook.domain.ports import ProviderDown
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.clock import now


class Faulty(DemoPayments):
    """`fault` is what happens to the next calls.

    `down` does nothing and says so; `lost` does it, and its answer is lost.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, now)
        self.fault = ""

    def _before(self) -> None:
        if self.fault == "down":
            raise ProviderDown("the payment provider is down")

    def _after(self) -> None:
        if self.fault == "lost":
            raise ProviderDown("the answer was lost")

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Open, as far as the line lets it."""
        self._before()
        opened = await super().open(order)
        self._after()
        return opened

    async def charge(self, reference: str) -> Charge:
        """Tell, as far as the line lets it."""
        self._before()
        return await super().charge(reference)

    async def close(self, reference: str) -> Charge:
        """Close, as far as the line lets it."""
        self._before()
        charge = await super().close(reference)
        self._after()
        return charge

    async def capture(self, reference: str, amount_minor: int) -> Charge:
        """Take, as far as the line lets it."""
        self._before()
        charge = await super().capture(reference, amount_minor)
        self._after()
        return charge

    async def refund(self, reference: str, refund_id: UUID, amount_minor: int) -> Charge:
        """Give back, as far as the line lets it."""
        self._before()
        charge = await super().refund(reference, refund_id, amount_minor)
        self._after()
        return charge

    async def present(self, reference: str, number: str) -> Charge:
        """Pay, as far as the line lets it."""
        self._before()
        charge = await super().present(reference, number)
        self._after()
        return charge
