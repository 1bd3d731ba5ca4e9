"""What somebody presses in the app, one thing after the other, and what each press is to change."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator

from tests.e2e.visitor import Visitor

PATIENCE_MS = 6_000
WATCH = Path(__file__).with_name("press_watch.js").read_text()
# How long somebody looks at a page, or at a step of a dialog, before the next press.
_LOOKS_MS, _GLANCES_MS = 500, 100
_A_FREE_DAY = "all('calendar-day').some((day) => day.dataset.state === 'free')"

Kind = Literal["known", "asked", "page"]
TARGETS: dict[Kind, tuple[int, int]] = {"known": (50, 0), "asked": (60, 1), "page": (150, 1)}


def target(kind: Kind, line: int) -> int:
    """Return within how many milliseconds a change has to be there: `known` is in the browser already,
    `asked` comes from the server, `page` is the content of a page."""
    constant, lines = TARGETS[kind]
    return constant + lines * line


@dataclass(frozen=True)
class Wanted:
    """One change that a press asks for: `holds` is JavaScript that says whether it is there."""

    name: str
    kind: Kind
    holds: str


@dataclass
class Journey:
    """One visitor who presses everything once; milliseconds to each change, and to the first sign of any."""

    visitor: Visitor
    mentor: str
    changes: dict[str, float | None] = field(default_factory=dict)
    signs: dict[str, float | None] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def press(self, control: Locator, *wanted: Wanted) -> None:
        """Press, and note when each change is there; then look at it for a moment."""
        page = self.visitor.page
        control.scroll_into_view_if_needed()
        predicates = ", ".join(f"{each.name!r}: () => Boolean({each.holds})" for each in wanted)
        page.evaluate(
            f"() => {{ const {{ one, all, stands }} = pressWatch;"
            f" pressWatch.arm({{ {predicates} }}, {PATIENCE_MS}); }}"
        )
        control.click()
        found = page.evaluate("pressWatch.outcome")
        for each in wanted:
            self.changes[each.name] = found["times"].get(each.name)
            self.kinds[each.name] = each.kind
        self.signs[wanted[0].name] = found["sign"]
        page.wait_for_timeout(_GLANCES_MS)

    def look(self) -> None:
        """Look at the page that has come."""
        self.visitor.page.wait_for_timeout(_LOOKS_MS)

    def travel(self) -> None:
        """Go everywhere."""
        self.visitor.go("/")
        self.visitor.part("mentor-card").first.wait_for()
        self.visitor.page.wait_for_load_state("networkidle")
        self.look()
        self._sessions()
        self._session()
        self._cancelling()
        self._moving()
        self._profile()
        self._time()
        self._details()
        self._leaving()

    def _sessions(self) -> None:
        page = self.visitor.page
        main = page.get_by_role("navigation", name="Main")
        self.press(
            main.get_by_role("link", name="Sessions", exact=True),
            Wanted(
                "to Sessions, frame",
                "known",
                "document.querySelector('main h1')?.textContent === 'Your sessions'",
            ),
            Wanted("to Sessions, content", "page", "one('session-card')"),
        )
        self.look()
        tabs = page.get_by_role("navigation", name="Which sessions")
        self.press(
            tabs.get_by_role("link", name="Cancelled"),
            Wanted("tab Cancelled, look", "known", _tab("Cancelled")),
            Wanted("tab Cancelled, content", "asked", "one('session-card', '[data-status=cancelled]')"),
        )
        self.press(
            tabs.get_by_role("link", name="Coming"),
            Wanted("tab Coming, look", "known", _tab("Coming")),
            Wanted("tab Coming, seen before", "known", "one('session-card', '[data-status=scheduled]')"),
        )

    def _session(self) -> None:
        self._open_session(
            Wanted(
                "to a session, frame",
                "known",
                "location.pathname.startsWith('/sessions/') && !one('session-card')",
            ),
            Wanted("to a session, content", "page", "one('session-details')"),
        )
        self.look()
        crumbs = self.visitor.page.get_by_role("navigation", name="Breadcrumb")
        self.press(
            crumbs.get_by_role("link", name="Sessions"),
            Wanted("back to Sessions, seen before", "known", "one('session-card')"),
        )
        self.look()
        self._open_session(Wanted("to a session seen before", "known", "one('session-details')"))
        self.look()

    def _open_session(self, *wanted: Wanted) -> None:
        card = self.visitor.part("session-card", status="scheduled").first
        self.press(card.get_by_role("heading").get_by_role("link"), *wanted)

    def _cancelling(self) -> None:
        dialog = self.visitor.part("cancel-dialog")
        self.press(
            self.visitor.part("cancel-session"),
            Wanted("Cancel session, frame", "known", "one('cancel-dialog')"),
            Wanted("Cancel session, content", "asked", "stands('cancel-dialog') && one('cancel-reason')"),
        )
        self.press(
            self.visitor.part("cancel-reason").locator("label").filter(has_text="Schedule conflict"),
            Wanted("a reason", "known", "one('cancel-reason').querySelector('input:checked')"),
        )
        self.press(
            dialog.get_by_role("button", name="Close"),
            Wanted("close Cancel session", "known", "!one('cancel-dialog')"),
        )

    def _moving(self) -> None:
        dialog = self.visitor.part("reschedule-dialog")
        self.press(
            self.visitor.part("reschedule-session"),
            Wanted("Move session, frame", "known", "one('reschedule-dialog')"),
            Wanted("Move session, content", "asked", f"stands('reschedule-dialog') && {_A_FREE_DAY}"),
        )
        self._next_month(dialog, "Move: ")
        self._day_and_slot(dialog, "Move: ")
        self.press(
            dialog.get_by_role("button", name="Close"),
            Wanted("close Move session", "known", "!one('reschedule-dialog')"),
        )

    def _profile(self) -> None:
        page = self.visitor.page
        main = page.get_by_role("navigation", name="Main")
        self.press(
            main.get_by_role("link", name="Mentors"),
            Wanted("back to Mentors, seen before", "known", "one('mentor-card')"),
        )
        self.look()
        self._open_profile(
            Wanted(
                "to a profile, frame",
                "known",
                "location.pathname.startsWith('/mentors/') && !one('mentor-card')",
            ),
            Wanted("to a profile, content", "page", "one('book-session')"),
        )
        self.look()
        main.get_by_role("link", name="Mentors").click()
        self.visitor.part("mentor-card").first.wait_for()
        self.look()
        self._open_profile(Wanted("to a profile seen before", "known", "one('book-session')"))
        self.look()

    def _open_profile(self, *wanted: Wanted) -> None:
        self.press(self.visitor.part("mentor-card").filter(has_text=self.mentor), *wanted)

    def _time(self) -> None:
        self.press(
            self.visitor.part("book-session"),
            Wanted("Book a session, frame", "known", "one('booking-modal')"),
            Wanted("Book a session, content", "asked", _A_FREE_DAY),
        )
        modal = self.visitor.part("booking-modal")
        self._next_month(modal, "")
        self._day_and_slot(modal, "")
        self.press(
            self.visitor.part("step-next"),
            Wanted("Continue to Details", "known", "one('session-title')"),
        )
        self.press(
            self.visitor.part("step-back"),
            Wanted("Back to Time", "known", "one('calendar-day') && !one('session-title')"),
        )

    def _next_month(self, dialog: Locator, where: str) -> None:
        first = dialog.get_by_test_id("calendar-day").first.get_attribute("data-date") or ""
        later = f"all('calendar-day').some((day) => day.dataset.date.slice(0, 7) > '{first[:7]}'"
        heading = "document.querySelector('[role=dialog] section[aria-label=Day] h2')?.textContent"
        shown = self.visitor.page.evaluate(heading)
        self.press(
            dialog.get_by_role("button", name="Next month"),
            Wanted(f"{where}next month, grid", "known", f"{heading} !== {shown!r}"),
            Wanted(
                f"{where}next month, free days",
                "asked",
                f"{heading} !== {shown!r} && {later} && day.dataset.state === 'free')",
            ),
        )

    def _day_and_slot(self, dialog: Locator, where: str) -> None:
        days = dialog.locator("[data-testid=calendar-day][data-state=free]")
        day = days.nth(4).get_attribute("data-date") or ""
        at_day = f'[data-date="{day}"]'
        self.press(
            dialog.locator(f"[data-testid=calendar-day]{at_day}"),
            Wanted(f"{where}a day, look", "known", f"one('calendar-day', '{at_day}[aria-pressed=true]')"),
            Wanted(f"{where}a day, times", "asked", f"one('time-slot', '[data-start^=\"{day}\"]')"),
        )
        slot = dialog.get_by_test_id("time-slot").nth(3).get_attribute("data-start") or ""
        at_slot = f'[data-start="{slot}"]'
        self.press(
            dialog.locator(f"[data-testid=time-slot]{at_slot}"),
            Wanted(f"{where}a time", "known", f"one('time-slot', '{at_slot}[aria-pressed=true]')"),
        )

    def _details(self) -> None:
        visitor = self.visitor
        visitor.part("step-next").click()
        visitor.part("session-title").wait_for()
        visitor.page.wait_for_timeout(_GLANCES_MS)
        self.press(
            visitor.part("step-next"),
            Wanted("Continue without a title", "known", "one('session-title', '[aria-invalid=true]')"),
        )
        self.press(
            visitor.part("meeting-type").locator("label").filter(has_text="Audio"),
            Wanted(
                "a way to meet", "known", "one('meeting-type').querySelector('input[value=audio]').checked"
            ),
        )
        self.press(
            visitor.part("duration-select").locator("label:has(input[value='30'])"),
            Wanted(
                "a length", "known", "one('duration-select').querySelector('input[value=\"30\"]').checked"
            ),
        )
        visitor.part("session-title").fill("Reviewing a design")
        visitor.page.wait_for_timeout(_LOOKS_MS)
        self.press(
            visitor.part("step-next"),
            Wanted("Continue to Confirm", "asked", "one('booking-summary')"),
        )

    def _leaving(self) -> None:
        page = self.visitor.page
        self.press(
            self.visitor.part("booking-modal").get_by_role("button", name="Close"),
            Wanted("Close, which asks", "known", "document.querySelector('[role=alertdialog]')"),
        )
        self.press(
            page.get_by_role("alertdialog").get_by_role("button", name="Leave and discard"),
            Wanted("Leave and discard", "known", "!one('booking-modal')"),
        )


def _tab(words: str) -> str:
    current = "document.querySelector('nav[aria-label=\"Which sessions\"] [aria-current=page]')"
    return f"{current}?.textContent.startsWith('{words}')"
