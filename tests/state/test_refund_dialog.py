"""The dialog in which an admin gives money back, without a browser."""

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.money.refund_dialog import NOT_PAID, NOTHING_LEFT
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.state.admin.payment_table import PaymentTable
from mentorbook.state.admin.refund_dialog import RefundDialog
from tests.conftest import Hands
from tests.paying import refunds_of
from tests.people import a_mentee, a_mentor
from tests.state.deeds import booked
from tests.state.harness import Page
from tests.worlds import a_payment


@pytest.fixture
def admin(db: Database, hands: Hands) -> Account:
    """Who gives money back."""
    return a_mentee("Ada", is_admin=True)


@pytest.fixture
def session(admin: Account) -> Booking:
    """A session that was paid."""
    found = booked(a_mentee("Mina"), a_mentor("Moira"), 50)
    a_payment(found.id)
    return found


def opened(admin: Account, session_id: object) -> tuple[Page, RefundDialog]:
    """The dialog of a session."""
    page = Page(admin, path=f"/admin/payments?refund={session_id}")
    page.do(RefundDialog, "arrive")
    return page, page.state(RefundDialog)


def test_what_is_left_is_offered(admin: Account, session: Booking) -> None:
    refund_by_hand(admin, session.id, {"amountMinor": 1000, "reason": "Noise"})
    _, dialog = opened(admin, session.id)
    assert (dialog.phase, dialog.amount, dialog.confirm_label) == ("asking", "50.00", "Give back £50.00")
    assert dialog.words.paid == "£60.00 paid, £10.00 given back."


@pytest.mark.parametrize("typed", ["", "0", "25.001", "1e1", "-5", "٢٥", "25,0", "60.01", "much", "NaN"])
def test_a_wrong_amount_is_refused_at_its_field(admin: Account, session: Booking, typed: str) -> None:
    page, dialog = opened(admin, session.id)
    page.do(RefundDialog, "write_amount", text=typed)
    page.do(RefundDialog, "write_reason", text="Noise")
    assert (dialog.follows, dialog.confirm_label) == ("", "Give money back")
    assert "refund-amount" in page.do(RefundDialog, "confirm")
    assert dialog.amount_error
    assert refunds_of(session) == []


def test_a_reason_is_asked_for(admin: Account, session: Booking) -> None:
    page, dialog = opened(admin, session.id)
    assert "refund-reason" in page.do(RefundDialog, "confirm")
    assert (dialog.reason_error, dialog.amount_error) == ("Say in a few words why.", "")
    page.do(RefundDialog, "write_reason", text="x" * 501)
    page.do(RefundDialog, "confirm")
    assert "500" in dialog.reason_error
    assert refunds_of(session) == []


def test_it_is_given_back_once(admin: Account, session: Booking) -> None:
    page, dialog = opened(admin, session.id)
    page.do(RefundDialog, "write_amount", text=" £25.5 ")
    page.do(RefundDialog, "write_reason", text="Noise")
    assert "25.50 is on its way back to Mina." in page.do(RefundDialog, "confirm")
    page.do(RefundDialog, "confirm")
    (refund,) = refunds_of(session)
    assert (refund.amount_minor, refund.note, refund.ordered_by) == (2550, "Noise", admin.id)
    assert not dialog.is_open


def test_what_somebody_else_gave_back_meanwhile_is_not_given_again(admin: Account, session: Booking) -> None:
    page, dialog = opened(admin, session.id)
    page.do(RefundDialog, "write_amount", text="50")
    page.do(RefundDialog, "write_reason", text="Noise")
    refund_by_hand(admin, session.id, {"amountMinor": 2000, "reason": "Noise"})
    page.do(RefundDialog, "confirm")
    assert dialog.amount_error == "At most £40.00 is left to give back."
    assert dialog.words.most == "40.00"
    assert len(refunds_of(session)) == 1


def test_where_nothing_is_left_there_is_nothing_to_do(admin: Account, session: Booking) -> None:
    refund_by_hand(admin, session.id, {"amountMinor": 6000, "reason": "Noise"})
    assert opened(admin, session.id)[1].stale == NOTHING_LEFT
    unpaid = booked(a_mentee(), a_mentor(), 60)
    assert opened(admin, unpaid.id)[1].stale == NOT_PAID
    assert opened(admin, "nonsense")[1].stale != ""


def test_amounts_that_cards_cannot_carry_are_refused(admin: Account) -> None:
    session = booked(a_mentee(), a_mentor(), 50)
    a_payment(session.id, currency="KWD", amount_minor=12500, captured_minor=12500)
    page, dialog = opened(admin, session.id)
    assert dialog.amount == "12.500"
    page.do(RefundDialog, "write_amount", text="1.005")
    page.do(RefundDialog, "write_reason", text="Noise")
    page.do(RefundDialog, "confirm")
    assert dialog.amount_error == "Cards carry no smaller amounts than KWD 0.010."
    page.do(RefundDialog, "write_amount", text="1.01")
    page.do(RefundDialog, "confirm")
    assert [each.amount_minor for each in refunds_of(session)] == [1010]


def test_nobody_else_is_shown_anything(admin: Account, session: Booking) -> None:
    for person in (a_mentee("Olga"), a_mentor("Moritz")):
        page, dialog = opened(person, session.id)
        page.do(PaymentTable, "load")
        assert (dialog.phase, dialog.words.about) == ("stale", "")
        assert (page.state(PaymentTable).rows, page.state(PaymentTable).phase) == ([], "loading")
        page.do(RefundDialog, "confirm")
    assert refunds_of(session) == []
