"""The pages of money, without a browser: statement, receipt, the section of the settings, giving back."""

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.views import Account, Booking
from mentorbook.settings import settings
from mentorbook.state.money.receipt import ReceiptPage
from mentorbook.state.money.statements import MoneySection, Payments
from mentorbook.state.people.me import Me
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.deeds import booked
from tests.state.harness import Page
from tests.worlds import a_payment


@pytest.fixture
def mina(db: Database, hands: Hands) -> Account:
    """Somebody who pays."""
    return a_mentee("Mina", "Asia/Kolkata")


@pytest.fixture
def moira(db: Database, hands: Hands) -> Account:
    """Whom she pays."""
    return a_mentor("Moira")


@pytest.fixture
def session(mina: Account, moira: Account) -> Booking:
    """What she pays for."""
    return booked(mina, moira, 50)


def payments(person: Account, query: str = "") -> Payments:
    """The page of somebody."""
    page = Page(person, path=f"/settings/payments{query}")
    page.do(Payments, "load")
    return page.state(Payments)


def test_each_sees_their_own_side(mina: Account, moira: Account, session: Booking) -> None:
    a_payment(session.id)
    hers, theirs, others = payments(mina), payments(moira), payments(a_mentee("Olga"))
    assert ([row.amount for row in hers.rows], hers.earned_rows, hers.has_earnings) == (["£60.00"], [], False)
    assert (theirs.rows, [row.mentee for row in theirs.earned_rows]) == ([], ["Mina"])
    assert (others.rows, others.earned_rows, others.phase) == ([], [], "shown")
    assert (hers.is_demo, theirs.is_demo, others.is_demo) == (True, True, False)


def test_a_page_beyond_the_last_is_the_last(mina: Account, moira: Account, session: Booking) -> None:
    a_payment(session.id)
    found = payments(mina, "?page=7")
    assert (found.page, found.pages, len(found.rows)) == (1, 1, 1)
    found = payments(moira, "?earned=7")
    assert (found.earned_page, len(found.earned_rows)) == (1, 1)


def test_where_nobody_pays_the_page_says_so_and_nothing_leads_there(
    mina: Account, session: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way, says in (("settle", "settle it"), ("free", "free"), ("demo", "")):
        monkeypatch.setattr(settings, "payments", PaymentWay(way))
        page = Page(mina, path="/settings")
        page.do(Me, "arrive")
        page.do(MoneySection, "load")
        charges = way == "demo"
        assert (page.state(MoneySection).is_there, page.state(Me).pays_here) == (charges, charges)
        assert says in payments(mina).nothing_here
    # What was paid before is still there to be seen.
    a_payment(session.id)
    monkeypatch.setattr(settings, "payments", PaymentWay.SETTLE)
    page = Page(mina, path="/settings")
    page.do(MoneySection, "load")
    assert page.state(MoneySection).is_there
    assert page.state(MoneySection).sums[0].figures == [("Paid", "£60.00")]


def test_a_receipt_is_there_for_its_payer_and_admins_alone(
    mina: Account, moira: Account, session: Booking
) -> None:
    identifier = a_payment(session.id, given_back=2500)
    admin = a_mentee("Ada", is_admin=True)

    def shown(person: Account, which: object = identifier) -> tuple[str, str]:
        page = Page(person, path=f"/payments/{which}")
        page.do(ReceiptPage, "load")
        state = page.state(ReceiptPage)
        return state.phase, state.words.remains.amount

    assert shown(mina) == shown(admin) == ("shown", "£35.00")
    for person in (moira, a_mentee("Olga")):
        assert shown(person) == ("missing", "")
    for nonsense in ("nothing", session.id, "x" * 200):
        assert shown(mina, nonsense) == ("missing", "")
