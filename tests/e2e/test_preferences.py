"""What one hears of: chosen in the settings, and by the link in a mail without a log-in."""

from datetime import UTC, datetime

from playwright.sync_api import Locator, expect

from mentorbook.domain.kinds import NoticeTopic, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.presenters.mail.addresses import one_click, preferences_page
from mentorbook.services.mail.preferences import notice_choices
from mentorbook.services.mail.secret_addresses import renew_secret, secret_of
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.line import Line
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
REMINDERS = NoticeTopic.REMINDERS


def choice(visitor: Visitor, topic: NoticeTopic, way: str) -> Locator:
    """The switch of a topic."""
    return visitor.part("choice", topic=topic.value, way=way)


def is_on(visitor: Visitor, topic: NoticeTopic, way: str, on: bool) -> None:
    """Wait until the switch is so."""
    expect(choice(visitor, topic, way)).to_have_attribute("aria-checked", "true" if on else "false")


def the_link(person: Account) -> str:
    """What stands at the end of a mail about reminders."""
    return preferences_page("", secret_of(person.id, SecretPurpose.UNSUBSCRIBE), REMINDERS)


def mail_of(person: Account) -> list[NoticeTopic]:
    """The topics of which somebody gets mail."""
    return [choice.topic for choice in notice_choices(person).topics if choice.by_mail]


def test_a_press_is_drawn_at_once_saved_and_followed_by_another_tab(visits: Visits) -> None:
    mina = a_mentee("Mina")
    booked(mina, a_mentor("Moira"), TEN)
    here, there = visits(mina), visits(mina, size=PHONE)
    line = Line(here)
    for visitor in (here, there):
        visitor.go("/settings")
        is_on(visitor, NoticeTopic.BOOKINGS, "in_app", on=True)
    expect(there.part("notification-count").first).to_have_text("1")
    line.hold_answers()
    for topic, way in ((NoticeTopic.BOOKINGS, "in_app"), (REMINDERS, "by_mail")):
        choice(here, topic, way).click()
        is_on(here, topic, way, on=False)
    # What was saved here reaches the other tab, while this one has heard of nothing yet.
    for topic, way in ((NoticeTopic.BOOKINGS, "in_app"), (REMINDERS, "by_mail")):
        is_on(there, topic, way, on=False)
    expect(there.part("notification-count")).to_have_count(0)
    line.release()
    for topic, way in ((NoticeTopic.BOOKINGS, "in_app"), (REMINDERS, "by_mail")):
        is_on(here, topic, way, on=False)
    here.reload()
    is_on(here, REMINDERS, "by_mail", on=False)
    is_on(here, REMINDERS, "in_app", on=True)
    here.go("/notifications")
    expect(here.page.get_by_role("heading", name="No notifications")).to_be_visible()
    expect(choice(here, NoticeTopic.MENTORING, "by_mail")).to_have_count(0)
    assert here.errors == there.errors == []


def test_a_press_that_was_lost_on_the_way_is_not_shown_as_saved(visits: Visits) -> None:
    mina = a_mentee("Mina")
    visitor = visits(mina)
    line = Line(visitor)
    visitor.go("/settings")
    is_on(visitor, REMINDERS, "by_mail", on=True)
    line.lose_requests()
    choice(visitor, REMINDERS, "by_mail").click()
    is_on(visitor, REMINDERS, "by_mail", on=False)
    line.heard.clear()
    line.cut()
    line.wait_until_back()
    is_on(visitor, REMINDERS, "by_mail", on=True)
    assert mail_of(mina) == list(NoticeTopic)
    choice(visitor, REMINDERS, "by_mail").click()
    visitor.until(lambda: REMINDERS not in mail_of(mina))
    is_on(visitor, REMINDERS, "by_mail", on=False)


def test_the_link_in_a_mail_needs_no_log_in_and_stops_at_a_press(visits: Visits) -> None:
    mina = a_mentee("Mina")
    settings, stranger = visits(mina), visits(size=PHONE)
    settings.go("/settings")
    referrers: list[str] = []
    stranger.tab.on("request", lambda request: referrers.append(request.headers.get("referer", "")))
    answer = stranger.page.goto(the_link(mina))
    assert answer is not None
    assert (answer.headers["referrer-policy"], answer.headers["x-robots-tag"]) == (
        "no-referrer",
        "noindex, nofollow",
    )
    local, _, domain = mina.email.partition("@")
    expect(stranger.part("mail-address")).to_have_text(f"{local[0]}…{local[-1]}@{domain}")
    expect(stranger.part("choice").first).to_have_attribute("data-topic", "reminders")
    assert mail_of(mina) == list(NoticeTopic)
    stranger.part("stop-topic").click()
    expect(stranger.part("mail-told")).to_have_text("You get no more mail about reminders.")
    expect(stranger.part("stop-topic")).to_have_count(0)
    is_on(settings, REMINDERS, "by_mail", on=False)
    is_on(settings, REMINDERS, "in_app", on=True)
    stranger.part("mail-undo").click()
    expect(stranger.part("mail-told")).to_have_text("All is as it was before.")
    is_on(settings, REMINDERS, "by_mail", on=True)
    stranger.part("stop-all").click()
    stopped = "You get no more of these mails, except what corrects your calendar."
    expect(stranger.part("mail-told")).to_have_text(stopped)
    assert mail_of(mina) == []
    stranger.reload()
    expect(stranger.page.get_by_text("None of these mails is sent to you now.")).to_be_visible()
    choice(stranger, NoticeTopic.CHANGES, "by_mail").click()
    is_on(stranger, NoticeTopic.CHANGES, "by_mail", on=True)
    expect(stranger.part("mail-told")).to_have_text("You get mail about changes again.")
    assert mail_of(mina) == [NoticeTopic.CHANGES]
    # A style sheet names itself to its fonts; nothing names the page.
    assert {each for each in referrers if not each.endswith(".css")} == {""}
    assert stranger.errors == []


def test_whoever_is_logged_in_sees_whose_mail_it_is_and_a_dead_link_says_so(visits: Visits) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    visitor = visits(noor)
    secret = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    # The address of the header leads a browser to the page, and stops nothing.
    visitor.go(one_click("", secret, REMINDERS))
    expect(visitor.part("mail-address")).to_contain_text("m…")
    renew_secret(mina.id, SecretPurpose.UNSUBSCRIBE)
    visitor.part("stop-all").click()
    expect(visitor.page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    visitor.page.get_by_role("link", name="To your settings").click()
    expect(visitor.page.get_by_role("heading", name="What you hear of, and how")).to_be_visible()
    assert mail_of(mina) == mail_of(noor) == list(NoticeTopic)
    assert visitor.errors == []


def test_the_link_works_by_keyboard_alone(visits: Visits) -> None:
    mina = a_mentee("Mina")
    visitor = visits()
    visitor.go(the_link(mina))
    visitor.part("stop-topic").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.part("mail-told")).to_be_visible()
    # The button that was pressed is gone; what had the focus is not lost.
    assert visitor.page.evaluate("document.activeElement !== document.body")
    choice(visitor, NoticeTopic.CHANGES, "by_mail").focus()
    visitor.page.keyboard.press("Space")
    is_on(visitor, NoticeTopic.CHANGES, "by_mail", on=False)
    visitor.until(lambda: NoticeTopic.CHANGES not in mail_of(mina))


@NIGHT_ON_A_PHONE
def test_everybody_can_use_the_page_of_the_link(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    mina = a_mentee("Mina")
    visitor = visits(size=size, dark=dark)
    visitor.go(the_link(mina))
    expect(visitor.part("stop-topic")).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.part("stop-topic").click()
    expect(visitor.part("mail-told")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    if size == PHONE:
        assert small_targets(visitor.page, "main", least=38) == []
    visitor.go("/unsubscribe?key=none&topic=reminders")
    expect(visitor.part("link-gone")).to_be_visible()
    assert barriers(visitor.page) == []
