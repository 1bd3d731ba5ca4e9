"""What was paid, as people see it: the statement, the receipt on paper, and an admin who gives money back."""

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from mentorbook.db.engine import write_transaction
from mentorbook.db.money import PaymentDifference
from mentorbook.domain.kinds import DifferenceKind
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.cancellation import cancel_booking
from tests.conftest import Hands
from tests.e2e.boxes import faults
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import PHONE, Visits, booked
from tests.paying import deliver, demo_payments, pay_now, refunds_of, the_payment, without_ids
from tests.people import a_mentee, a_mentor, in_hours


@pytest.fixture(autouse=True)
def provider(visits: Visits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoPayments]:
    """The app, which runs in this process, takes the demo's cards while a test runs."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


@pytest.fixture
def mentor() -> Account:
    """Somebody who asks for £60.00 an hour."""
    return a_mentor("Moira Hill", "Europe/London")


@pytest.fixture
def mentee() -> Account:
    """Somebody who pays."""
    return a_mentee("Mina", "Asia/Kolkata")


@pytest.fixture
def paid(mentor: Account, mentee: Account, hands: Hands) -> Booking:
    """A session that was paid at once, since it is far away."""
    # Later than what others have paid in this app: the newest stand on the first page.
    hands.on(minutes=2)
    session = booked(mentee, mentor, in_hours(300), title="Owls")
    apart(pay_now, mentee, session)
    return session


def apart(call: Any, *given: Any) -> Any:
    """Call what runs a loop of its own: Playwright's runs in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *given).result()


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), False), (PHONE, True), ((360, 740), False)])
def test_a_statement_leads_to_its_receipts(
    visits: Visits, mentee: Account, paid: Booking, size: tuple[int, int], dark: bool
) -> None:
    visitor = visits(mentee, size=size, dark=dark)
    visitor.go("/settings")
    section = visitor.part("money-section")
    expect(section).to_contain_text("£60.00")
    expect(section.get_by_text("Demo: no money moves")).to_be_visible()
    section.get_by_role("link", name="See payments and receipts").click()
    expect(visitor.part("payment-row")).to_contain_text("Owls")
    expect(visitor.part("payment-status")).to_have_text("Paid")
    expect(visitor.part("demo-note")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    if size == PHONE:
        assert small_targets(visitor.page, "[data-testid=payment-row]") == []
    with visitor.page.expect_download() as download:
        visitor.part("payments-csv").click()
    (row,) = csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")))
    assert (row["title"], row["amountMinor"], row["currency"]) == ("Owls", "6000", "GBP")
    visitor.page.get_by_role("link", name="Receipt of £60.00 for Owls").click()
    receipt = visitor.part("receipt")
    expect(receipt).to_contain_text("Tue 26 January 2027, 05:30 – 06:30 Kolkata")
    expect(visitor.part("receipt-remains")).to_have_text("£60.00")
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    visitor.page.go_back()
    expect(visitor.part("payment-row")).to_be_visible()
    assert visitor.errors == []


def test_a_receipt_on_paper_is_a_page_of_its_own(visits: Visits, mentee: Account, paid: Booking) -> None:
    visitor = visits(mentee, dark=True)
    visitor.tab.add_init_script("window.print = () => { window.printed = true; }")
    visitor.go(f"/payments/{the_payment(paid).id}")
    visitor.part("print").click()
    visitor.page.wait_for_function("window.printed")
    visitor.page.emulate_media(media="print")
    for part in ("banner", "navigation", "button"):
        expect(visitor.page.get_by_role(part)).to_have_count(0)
    colours = visitor.page.evaluate(
        """() => {
            const words = [...document.querySelectorAll(".receipt *")];
            const grounds = [document.body, document.querySelector(".radix-themes"),
                document.querySelector(".receipt")].map((each) => getComputedStyle(each).backgroundColor);
            return [[...new Set(words.map((each) => getComputedStyle(each).color))], [...new Set(grounds)]];
        }"""
    )
    assert colours == [["rgb(0, 0, 0)"], ["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"]]
    expect(visitor.page.get_by_text("Demo: no money moves")).to_be_visible()
    assert faults(visitor.page, "main") == []
    assert visitor.page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_nobody_elses_receipt_is_there(visits: Visits, mentor: Account, paid: Booking) -> None:
    visitor = visits(mentor)
    visitor.go(f"/payments/{the_payment(paid).id}")
    expect(visitor.page.get_by_role("heading", name="There is no such payment")).to_be_visible()
    assert barriers(visitor.page) == []


def test_a_mentor_sees_what_is_earned_and_no_card(
    visits: Visits,
    provider: DemoPayments,
    hands: Hands,
    mentor: Account,
    mentee: Account,
    paid: Booking,
) -> None:
    held = booked(mentee, mentor, in_hours(48), title="Bats")
    apart(pay_now, mentee, held)
    hands.now = in_hours(50)
    apart(deliver, provider)
    visitor = visits(mentor)
    visitor.go("/settings/payments")
    rows = visitor.part("earning-row")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Expected")
    expect(rows.nth(1)).to_contain_text("Earned")
    assert visitor.part("earning-sums").inner_text().split() == ["Earned", "£60.00", "Expected", "£60.00"]
    assert "4242" not in without_ids(visitor.page.content())
    assert barriers(visitor.page) == []
    with visitor.page.expect_download() as download:
        visitor.part("earnings-csv").click()
    assert "4242" not in without_ids(Path(download.value.path()).read_text("utf-8-sig"))


def test_pages_without_payments_say_what_to_do(visits: Visits, mentor: Account) -> None:
    visitor = visits(a_mentee("Olga"))
    visitor.go("/settings/payments")
    expect(visitor.page.get_by_role("heading", name="You have not paid anything yet")).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.part("account-menu").click()
    expect(visitor.page.get_by_role("menuitem", name="Payments", exact=True)).to_be_visible()
    visitor = visits(mentor)
    visitor.go("/settings/payments")
    expect(visitor.page.get_by_role("heading", name="Nothing is earned yet")).to_be_visible()
    assert barriers(visitor.page) == []


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), True), (PHONE, False), ((360, 740), True)])
def test_an_admin_gives_money_back_and_the_payer_sees_it(
    visits: Visits,
    provider: DemoPayments,
    mentee: Account,
    paid: Booking,
    size: tuple[int, int],
    dark: bool,
) -> None:
    payer = visits(mentee)
    payer.go("/settings/payments")
    expect(payer.part("payment-status")).to_have_text("Paid")
    visitor = visits(a_mentee("Ada", is_admin=True), size=size, dark=dark)
    visitor.go("/admin/payments")
    row = visitor.part("payment-row", payment_id=str(the_payment(paid).id))
    give = row.get_by_role("button", name="Give money back to Mina, who paid £60.00")
    give.click()
    amount, reason = visitor.page.get_by_label("Amount in £"), visitor.page.get_by_label("Why")
    confirm = visitor.part("confirm-refund")
    expect(amount).to_have_value("60.00")
    expect(confirm).to_have_text("Give back £60.00")
    expect(visitor.part("refund-follows")).to_contain_text("Nothing remains paid.")
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    confirm.click()
    expect(visitor.page.get_by_text("Say in a few words why.")).to_be_visible()
    expect(reason).to_be_focused()
    amount.fill("60.01")
    confirm.click()
    expect(visitor.page.get_by_text("At most £60.00 is left to give back.")).to_be_visible()
    expect(amount).to_be_focused()
    amount.fill("25")
    expect(confirm).to_have_text("Give back £25.00")
    expect(visitor.part("refund-follows")).to_have_text(
        "£25.00 goes back to Mina’s card. £35.00 remains paid. Mina is told."
    )
    reason.fill("The line broke.")
    expect(visitor.page.get_by_text("Say in a few words why.")).to_have_count(0)
    # What is typed survives a reload, as the dialog does.
    visitor.reload()
    expect(amount).to_have_value("25")
    expect(reason).to_have_value("The line broke.")
    confirm.dblclick()
    expect(visitor.page.get_by_text("£25.00 is on its way back to Mina.")).to_be_visible()
    expect(visitor.part("refund-dialog")).to_have_count(0)
    expect(row.get_by_text("£25.00 given back", exact=True)).to_be_visible()
    (refund,) = refunds_of(paid)
    assert (refund.amount_minor, refund.note) == (2500, "The line broke.")
    expect(payer.part("payment-status")).to_have_text("£25.00 given back")
    apart(deliver, provider)
    expect(payer.part("payment-row")).to_contain_text("an admin gave it back, “The line broke”.")
    give.click()
    expect(amount).to_have_value("35.00")
    expect(reason).to_have_value("")
    assert visitor.errors == []


def test_a_session_beside_the_list_leads_to_its_money(
    visits: Visits, provider: DemoPayments, mentee: Account, mentor: Account, paid: Booking
) -> None:
    visitor = visits(a_mentee("Ada", is_admin=True))
    visitor.go(f"/admin/sessions?session={paid.id}")
    visitor.part("panel-refund").click()
    expect(visitor.part("refund-amount")).to_have_value("60.00")
    visitor.page.go_back()
    expect(visitor.part("panel-refund")).to_be_visible()
    cancel_booking(mentee, paid.id, {"reasonCategory": "schedule_conflict"})
    expect(visitor.part("panel-refund")).to_have_count(0)


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), False), (PHONE, True), ((360, 740), False)])
def test_what_the_provider_says_differently_is_listed_when_asked(
    visits: Visits, paid: Booking, size: tuple[int, int], dark: bool
) -> None:
    visitor = visits(a_mentee("Ada", is_admin=True), size=size, dark=dark)
    with write_transaction() as session:
        session.add(
            PaymentDifference(
                reference=str(the_payment(paid).reference),
                payment_id=the_payment(paid).id,
                kind=DifferenceKind.CAPTURED,
                ours="5000",
                theirs="6000",
                currency="GBP",
                found_at=in_hours(-1),
            )
        )
    visitor.go("/admin/system")
    line = visitor.part("payment-difference").filter(has_text=str(the_payment(paid).reference))
    expect(line).to_contain_text("£50.00 was taken by our books, and £60.00 by the provider’s.")
    expect(line).to_contain_text("Since Wed 13 Jan, 11:00")
    expect(visitor.part("system-providers")).to_contain_text("Test cards only: no money moves.")
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    visitor.part("compare-payments").click()
    expect(visitor.part("comparison")).to_contain_text("every hour.")
    expect(visitor.part("compare-payments")).to_have_attribute("aria-busy", "false")
    line.get_by_role("link").click()
    visitor.page.wait_for_url(f"**/sessions/{paid.id}")
    with write_transaction() as session:
        session.execute(delete(PaymentDifference))


def test_the_dialog_is_done_by_the_keyboard_alone(visits: Visits, paid: Booking) -> None:
    visitor = visits(a_mentee("Ada", is_admin=True))
    visitor.go(f"/admin/payments?refund={paid.id}")
    expect(visitor.part("refund-amount")).to_have_value("60.00")
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("refund-dialog")).to_have_count(0)
    # No button had opened it.
    expect(visitor.page.locator("#main")).to_be_focused()
    give = visitor.part("payment-row", payment_id=str(the_payment(paid).id)).get_by_test_id("give-back")
    give.focus()
    visitor.page.keyboard.press("Enter")
    visitor.part("refund-amount").press("Control+a")
    visitor.page.keyboard.type("10.50")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("Noise")
    expect(visitor.part("confirm-refund")).to_have_text("Give back £10.50")
    visitor.part("confirm-refund").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.part("refund-dialog")).to_have_count(0)
    expect(give).to_be_focused()
    assert [each.amount_minor for each in refunds_of(paid)] == [1050]
