"""Every page and every dialog is right from 320 to 1920 px, on its side, at 200%, and with the longest names.

A page is loaded once and its window is then given one size after another.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import FilePayload, expect

from mentorbook.domain.kinds import LinkPurpose, NoticeTopic, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.presenters.mail.addresses import preferences_page
from mentorbook.services.availability.own_hours import add_exception
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.services.meeting.messages import write_message
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.own_profile import save_profile
from tests.conftest import Hands
from tests.e2e.boxes import faults, out_of_view
from tests.e2e.checking import barriers
from tests.e2e.visitor import Visitor, Visits, booked
from tests.images import an_image
from tests.letters import a_link
from tests.people import a_mentee, a_mentor
from tests.worlds import a_dead_letter, a_payment

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
UPRIGHT = (
    (320, 640), (360, 640), (390, 844), (600, 900), (640, 900), (700, 900), (768, 1024), (820, 1180),
    (912, 1368), (1280, 800), (1920, 1080),
)  # fmt: skip
ON_ITS_SIDE, AT_200_PERCENT = ((844, 390), (1024, 768)), ((640, 400),)
AT_400_PERCENT = (320, 256)
SIZES = UPRIGHT + ON_ITS_SIDE + AT_200_PERCENT
# What lies between the sizes of phones, tablets and screens, and is low.
MOST_UNUSUAL = ((700, 900), (844, 390))
ONE_WORD, WORDS = (
    "Wolfeschlegelsteinhausenbergerdorff" * 3,
    "Wilhelmina-Christabel of the Northern Archipelago " * 2,
)
NAME_LENGTH, TITLE = 80, "Averylongwordwithoutanyspaceinitatall" * 3
PAGE = ("header", "main", "nav.bar")
MODAL, CLOSE = "[data-testid=booking-modal]", "[role=dialog] [aria-label=Close]"


class Walk:
    """Gives one window all the sizes, and tells at the end what was wrong at which."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found: dict[str, list[str]] = {}

    def along(self, name: str, *within: str, in_view: str = "", axe: bool = False) -> None:
        """Look at what is on the screen now, within some parts of it; `in_view` needs no scrolling."""
        page = self.visitor.page
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            wrong = faults(page, *within) + (out_of_view(page, in_view) if in_view else [])
            if axe and (width, height) in MOST_UNUSUAL:
                wrong += barriers(page)
            if wrong:
                self.found[f"{name} at {width}×{height}"] = wrong[:4]
        page.set_viewport_size({"width": 1280, "height": 800})

    def pages(self, *paths: str) -> None:
        """Look at one page after another, each once it has its heading."""
        for path in paths:
            self.visitor.go(path)
            expect(self.visitor.page.get_by_role("heading", level=1)).to_be_visible()
            expect(self.visitor.page.locator("main .skeleton")).to_have_count(0)
            self.along(path, *PAGE)


def _mentor(name: str, *, asks_first: bool = False) -> Account:
    zone = "America/Argentina/ComodRivadavia"
    return a_mentor(name[:NAME_LENGTH], zone, require_confirmation=asks_first)


FAULTY = """<main style="width: 200px; font: 16px monospace">
    <p style="width: 60px">Featherstonehaugh</p>
    <p style="width: 20px; overflow-wrap: anywhere">Ada Lovell</p>
    <p style="width: 90px">Kolkata · London</p>
    <p class="after" style="width: 90px"><span>Kolkata</span><span>London</span></p>
    <style>
        .after span { display: inline-block }
        .after span + span::before { content: "·"; position: absolute }
    </style>
    <div style="height: 20px"><p style="margin: 0; height: 50px"><button>Under</button></p></div>
    <div style="position: relative; z-index: 1; background: white; height: 50px; margin-top: -50px">Over</div>
    <button style="position: relative; left: 400px">Close</button>
    <p style="width: 60px; overflow: hidden; text-overflow: ellipsis">Featherstonehaugh</p>
    <p style="position: absolute; clip-path: inset(50%); width: 1px">Featherstonehaugh</p>
</main>"""


def test_each_kind_of_fault_would_be_found(visits: Visits) -> None:
    """Positive control of all tests here; the last two lines of the page are no faults."""
    page = visits(size=(320, 640)).page
    page.set_content(FAULTY)
    found = faults(page, "main")
    assert sorted({each.partition(":")[0] for each in found if ":" in each}) == [
        "broken",
        "covered",
        "dangling",
        "outside",
    ]
    assert [each for each in found if "sideways" in each] != []
    assert len([each for each in found if each.startswith("outside: “Featherstonehaugh”")]) == 1
    assert "dangling: the dot before “London”" in found
    assert out_of_view(page, "button") == ["not in view: Under", "not in view: Close"]


def test_the_booking_modal(visits: Visits) -> None:
    mentor = _mentor(ONE_WORD, asks_first=True)
    visitor = visits(a_mentee("Mina", "Asia/Kolkata"))
    walk = Walk(visitor)
    actions = f"{CLOSE}, .foot button"
    visitor.open_modal(mentor)
    walk.along("time", MODAL, in_view=actions)
    visitor.part("timezone-select").click()
    expect(visitor.page.get_by_role("option").first).to_be_visible()
    walk.along("zones", ".zone-pop")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("option")).to_have_count(0)
    visitor.choose(TEN)
    walk.along("time, chosen", MODAL, in_view=actions, axe=True)
    visitor.continue_to_details()
    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_have_attribute("aria-invalid", "true")
    walk.along("details with an error", MODAL, in_view=actions, axe=True)
    visitor.continue_to_confirm(TITLE, TITLE)
    walk.along("confirm", MODAL, in_view=actions, axe=True)
    visitor.page.get_by_role("button", name="Close").click()
    expect(visitor.page.get_by_role("alertdialog")).to_be_visible()
    walk.along("leaving", "[role=alertdialog]", in_view="[role=alertdialog] button")
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(visitor.page.get_by_role("alertdialog")).to_have_count(0)
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()
    walk.along("success", MODAL, in_view=actions, axe=True)
    assert walk.found == {}


def test_the_zones_at_400_percent(visits: Visits) -> None:
    """Over the whole modal: the field and some zones are in the window, and what is typed is too."""
    visitor = visits(a_mentee("Mina", "Asia/Kolkata"), size=AT_400_PERCENT)
    page, panel = visitor.page, visitor.page.locator(".zone-panel")
    options = page.get_by_role("option")

    def is_in_view() -> None:
        assert faults(page, ".zone-pop") == []
        assert out_of_view(page, "[data-testid=timezone-search]") == []
        expect(options.first).to_be_in_viewport(ratio=1)
        box = panel.bounding_box()
        assert box is not None
        width, height = AT_400_PERCENT
        assert box["x"] >= 0 <= box["y"]
        assert (box["x"] + box["width"] <= width, box["y"] + box["height"] <= height) == (True, True)

    def looks_for_one() -> None:
        visitor.part("timezone-select").first.click()
        expect(options).to_have_count(30)
        expect(options.nth(2)).to_be_in_viewport(ratio=1)
        is_in_view()
        visitor.part("timezone-search").fill("tokyo")
        expect(options).to_have_count(1)
        is_in_view()
        options.first.click()
        expect(options).to_have_count(0)
        expect(visitor.part("timezone-select").first).to_contain_text("Tokyo")

    visitor.go("/settings")
    looks_for_one()
    visitor.open_modal(_mentor("Moira"))
    looks_for_one()


def test_the_dialogs_of_a_session(visits: Visits) -> None:
    mentor, mentee = _mentor(WORDS), a_mentee(ONE_WORD[:NAME_LENGTH], "Asia/Kolkata")
    session = booked(mentee, mentor, TEN, title=TITLE, description=TITLE)
    visitor = visits(mentee)
    walk = Walk(visitor)
    visitor.go(f"/sessions/{session.id}")
    for opener, dialog, ready, actions in (
        ("cancel-session", "cancel-dialog", "cancel-reason", ".dlg-foot button"),
        ("edit-session", "edit-dialog", "session-title", ".dlg-foot button"),
        ("reschedule-session", "reschedule-dialog", "time-slot", ".move-foot button"),
    ):
        visitor.part(opener).click()
        visitor.part(ready).first.wait_for()
        if opener == "reschedule-session":
            visitor.choose(TEN + timedelta(days=1, hours=10), "2027-01-16")
        walk.along(dialog, f"[data-testid={dialog}]", in_view=f"{CLOSE}, {actions}", axe=True)
        visitor.page.keyboard.press("Escape")
        expect(visitor.part(dialog)).to_have_count(0)
    assert walk.found == {}


def test_a_conversation(visits: Visits, hands: Hands) -> None:
    mentor, mentee = _mentor(WORDS), a_mentee(ONE_WORD[:NAME_LENGTH], "Asia/Kolkata")
    session = booked(mentee, mentor, TEN, title=TITLE)
    hands.now = TEN
    for person, text in (
        (mentee, ONE_WORD * 3),
        (mentor, WORDS),
        (mentor, f"https://{ONE_WORD.lower()}.test"),
    ):
        write_message(person, session.id, {"text": text})
    visitor = visits(mentee)
    walk = Walk(visitor)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("chat-text").fill(TITLE)
    expect(visitor.part("chat-message")).to_have_count(3)
    walk.along("conversation", *PAGE, axe=True)
    assert walk.found == {}


def test_what_a_mentor_opens(visits: Visits) -> None:
    mentor = _mentor(WORDS, asks_first=True)
    booked(a_mentee(ONE_WORD[:NAME_LENGTH], "Asia/Kolkata"), mentor, TEN, title=TITLE)
    visitor = visits(mentor)
    walk = Walk(visitor)
    visitor.go("/sessions")
    visitor.part("decline-session").click()
    visitor.part("confirm-answer").wait_for()
    walk.along("answer", "[role=alertdialog]", in_view="[role=alertdialog] button")
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("answer-dialog")).to_have_count(0)
    walk.along("requests", *PAGE)
    visitor.part("notification-bell").click()
    visitor.part("notification-item").wait_for()
    walk.along("bell", ".bell-pop")
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("notification-item")).to_have_count(0)
    visitor.part("account-menu").click()
    visitor.part("log-out").wait_for()
    walk.along("account menu", ".rt-DropdownMenuContent")
    assert walk.found == {}


def test_the_hours_of_a_mentor(visits: Visits) -> None:
    mentor = _mentor(WORDS)
    night = {"type": "BREAK", "startTime": "22:00", "endTime": "02:00", "reason": TITLE}
    for exception in ({"type": "BLOCKED"}, night):
        dates = {"startDate": "2027-01-20", "endDate": "2027-02-02"}
        add_exception(mentor, {**dates, **exception})
    visitor = visits(mentor)
    walk = Walk(visitor)
    visitor.go("/availability")
    visitor.part("week-block").first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.part("block-start")).to_be_visible()
    walk.along("week", *PAGE)
    walk.pages("/availability?tab=days", "/availability?tab=rules")
    visitor.part("own-zone").click()
    visitor.page.get_by_role("combobox", name="Search time zones").fill("Kathmandu")
    visitor.page.get_by_role("option", name="Kathmandu").click()
    expect(visitor.part("keep-times")).to_be_visible()
    walk.along("another zone", *PAGE)
    assert walk.found == {}


def test_the_week_of_a_mentor(visits: Visits) -> None:
    mentor = _mentor(WORDS, asks_first=True)
    booked(a_mentee(ONE_WORD[:NAME_LENGTH], "Asia/Kolkata"), mentor, TEN, title=TITLE)
    booked(a_mentee(WORDS[:NAME_LENGTH]), mentor, TEN + timedelta(hours=3), title=TITLE, duration=15)
    reason = {"type": "BLOCKED", "startTime": "01:00", "endTime": "02:00", "reason": TITLE}
    add_exception(mentor, {"startDate": "2027-01-15", "endDate": "2027-01-15", **reason})
    walk = Walk(visits(mentor))
    walk.pages("/sessions", "/sessions?view=week&day=2027-01-14")
    assert walk.found == {}


def test_the_pages_of_members(visits: Visits) -> None:
    mentor, mentee = _mentor(WORDS), a_mentee(ONE_WORD[:NAME_LENGTH], "Asia/Kolkata")
    asked = _mentor(ONE_WORD, asks_first=True)
    session = booked(mentee, mentor, TEN, title=TITLE, description=TITLE)
    booked(mentee, asked, TEN + timedelta(days=1), title=TITLE)
    walk = Walk(visits(mentee))
    walk.pages(
        "/",
        f"/mentors/{asked.id}",
        "/sessions",
        "/sessions?tab=past",
        f"/sessions/{session.id}",
        f"/room/{session.id}",
        "/notifications",
        "/settings",
        f"/payments/{a_payment(session.id, given_back=2500)}",
        "/settings/payments",
        "/settings/profile",
    )
    assert walk.found == {}


def test_the_pages_of_mentors(visits: Visits) -> None:
    mentor = _mentor(ONE_WORD)
    topics = [f"{number}{ONE_WORD[:39]}" for number in range(8)] + ["x" * 40, "Ink"]
    links = [
        {"url": f"https://{'long' * 14}.example/{number}", "label": ONE_WORD[:60]} for number in range(5)
    ]
    languages = ["de", "iu", "zgh", "gsw", "hsb"]
    said = {"headline": TITLE, "about": TITLE, "expertise": topics, "links": links, "languages": languages}
    save_profile(mentor, said | {"rate": "500000", "currency": "KWD", "city": TITLE[:80]})
    visitor = visits(mentor)
    walk = Walk(visitor)
    walk.pages("/settings", "/settings/profile")
    page = visitor.page
    page.locator("#link-4").fill("http://maps.example/")
    page.locator("#headline").fill("")
    visitor.part("save-profile").click()
    expect(page.locator("#headline")).to_have_attribute("aria-invalid", "true")
    walk.along("a profile with errors", *PAGE, axe=True)
    file = FilePayload(name="me.jpg", mimeType="image/jpeg", buffer=an_image(size=(900, 300)))
    visitor.part("picture-file").set_input_files([file])
    expect(visitor.part("crop-frame")).to_be_visible()
    walk.along("a picture to crop", *PAGE, axe=True)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    walk.along("leaving a profile", "[role=alertdialog]", in_view="[role=alertdialog] button")
    assert walk.found == {}


def test_the_pages_of_strangers(visits: Visits) -> None:
    mentor = _mentor(WORDS)
    visitor = visits()
    walk = Walk(visitor)
    link = preferences_page("", secret_of(mentor.id, SecretPurpose.UNSUBSCRIBE), NoticeTopic.REMINDERS)
    walk.pages(link, "/unsubscribe?key=none", "/", f"/mentors/{mentor.id}", "/login", "/nowhere")
    walk.pages("/forgot", "/register")
    visitor.part("register-submit").click()
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    walk.along("registration with errors", *PAGE)
    person, address = a_mentee("Mina"), f"{'x' * 60}@{'long' * 14}.test"
    token = a_link(person.id, LinkPurpose.CHANGE_EMAIL, address)
    for path, part in (
        (f"/confirm?token={token}", "confirm-email"),
        (f"/reset?token={a_link(person.id)}", "reset-submit"),
        ("/reset?token=unknown", "link-void"),
    ):
        visitor.page.goto(path)
        expect(visitor.part(part)).to_be_visible()
        walk.along(part, *PAGE)
    assert walk.found == {}


def test_an_address_in_the_settings(visits: Visits) -> None:
    person, address = a_mentee("Mina"), f"{'x' * 60}@{'long' * 14}.test"
    a_link(person.id, LinkPurpose.CHANGE_EMAIL, address)
    visitor = visits(person)
    walk = Walk(visitor)
    visitor.go("/settings")
    expect(visitor.part("email-pending")).to_contain_text(address)
    walk.along("pending", *PAGE)
    visitor.part("withdraw-email").click()
    visitor.part("open-change-email").click()
    visitor.part("change-email").click()
    expect(visitor.page.get_by_text("This is needed to change it.")).to_be_visible()
    walk.along("form with errors", *PAGE)
    assert walk.found == {}


def test_the_pages_of_admins(visits: Visits) -> None:
    admin = a_mentee(ONE_WORD[:NAME_LENGTH])
    accounts.grant_admin(admin.id)
    session = booked(a_mentee(WORDS[:NAME_LENGTH]), _mentor(ONE_WORD), TEN, title=TITLE)
    visitor = visits(admin)
    walk = Walk(visitor)
    asking = a_mentee(ONE_WORD[:NAME_LENGTH])
    request_to_mentor(asking)
    a_payment(session.id, given_back=2500)
    a_dead_letter(last_error=f"{ONE_WORD} was refused by {WORDS}")
    walk.pages(
        "/admin/sessions",
        f"/sessions/{session.id}",
        "/admin/payments",
        "/admin/people",
        f"/admin/people?person={asking.id}",
        "/admin/system",
        "/admin/policies",
    )
    visitor.part("policy-cancellation_cutoff_hours").fill("72")
    expect(visitor.page.get_by_role("button", name="Save 1 change")).to_be_visible()
    walk.along("a changed policy", *PAGE)
    visitor.go(f"/admin/people?person={asking.id}&change=mentor_declined")
    visitor.part("account-reason").wait_for()
    walk.along("a question about an account", "[role=alertdialog]", in_view="[role=alertdialog] button")
    visitor.go(f"/admin/payments?refund={session.id}")
    expect(visitor.part("refund-amount")).to_have_value("35.00")
    walk.along("money to give back", "[role=dialog]", in_view="[role=dialog] .dlg-foot button")
    assert walk.found == {}
