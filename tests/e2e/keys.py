"""The keyboard alone, and where the focus is meanwhile."""

from collections.abc import Callable

from playwright.sync_api import TimeoutError

from tests.e2e.visitor import Visitor

# What a person sees of the focus: an outline, on the element or on the label that stands for it.
IS_MARKED = """() => {
    const focus = document.activeElement;
    const marked = focus.classList.contains("cover") ? focus.closest("label") : focus;
    const style = getComputedStyle(marked);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""
# The places that take the focus only so that it is somewhere: a page's main part and a step of the modal.
IS_A_PLACE = "() => document.activeElement.matches('main, .stage, [role=dialog], h2')"
IS_SEEN = f"() => document.activeElement !== document.body && (({IS_A_PLACE})() || ({IS_MARKED})())"


class Keys:
    """Presses keys and looks after the focus."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def press(self, *keys: str) -> None:
        """Press, and see that the focus is somewhere and can be seen."""
        for key in keys:
            self.page.keyboard.press(key)
            self._sees(key)

    def _sees(self, after: str) -> None:
        """Asked in one breath, and again for a while: a dialog that closes takes a moment to."""
        try:
            self.page.wait_for_function(IS_SEEN)
        except TimeoutError:
            raise AssertionError(f"{after} leads to {self.visitor.focused()}, unmarked") from None

    def tab_to(self, what: str, key: str = "Tab") -> None:
        """Tab until something is reached, by its test id or its name."""
        seen = []
        for _ in range(60):
            self.press(key)
            seen.append(self.visitor.focused())
            if what in seen[-1]:
                return
        raise AssertionError(f"{what} is not reached: {seen}")

    def enter(self, shows: Callable[[], None]) -> None:
        """Press Enter, and see that it did something and that the focus is in the right place."""
        self.page.keyboard.press("Enter")
        shows()
        self._sees("Enter")

    def rests_on(self, what: str) -> None:
        """See that the focus comes to something, by its test id or its name, and can be seen there."""
        self.visitor.until(lambda: what in self.visitor.focused())
        self._sees(what)

    def inside(self, role: str) -> None:
        """See that the focus is in the dialog that has opened."""
        self.page.wait_for_function("(role) => document.activeElement.closest(`[role=${role}]`)", arg=role)

    def write(self, text: str) -> None:
        """Type over what the field holds."""
        self.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def date(self) -> str:
        """The day that has the focus."""
        date: str = self.page.evaluate("document.activeElement.dataset.date")
        return date

    def moves(self, key: str, date: str) -> None:
        """An arrow leads to this day."""
        self.page.keyboard.press(key)
        self.page.wait_for_function("(date) => document.activeElement.dataset.date === date", arg=date)
        assert self.page.evaluate(IS_MARKED)
