"""What is left of a time that is held, counted down in the browser."""

from typing import Any

import reflex as rx

# By the server's clock, whatever the browser's says. What a reload brings may be older than it looks: what is
# known of the server's clock is kept in the tab, under the answer that it was learned from. Said aloud are a
# few moments only, the last one early enough to act on it.
_CLOCK = """
function clockAhead(seenAt) {
  const kept = JSON.parse(sessionStorage.getItem("mentorbook-clock") ?? "null");
  if (kept?.seenAt === seenAt) return kept.ahead;
  const ahead = Date.parse(seenAt) - Date.now();
  sessionStorage.setItem("mentorbook-clock", JSON.stringify({ seenAt, ahead }));
  return ahead;
}
const HOLD_SAID = [300, 120, 60, 30];
function HoldClock({ until, seenAt }) {
  const left = () =>
    Math.max(0, Math.ceil((Date.parse(until) - Date.now() - clockAhead(seenAt)) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  }, [until, seenAt]);
  const said = [...HOLD_SAID].reverse().find((each) => seconds <= each);
  const words = said === undefined ? "" : said >= 60
    ? `${said / 60} minute${said === 60 ? "" : "s"} left to pay.` : `${said} seconds left to pay.`;
  return jsx(Fragment, {},
    jsx("b", { className: "num", role: "timer", "data-testid": "hold-left" },
      `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`),
    jsx("span", { className: "sr-only", "aria-live": "polite" }, words));
}
"""


class HoldClock(rx.Component):
    """Shows `9:41` until the instant `until`; `seen_at` is the server's present when it was last told."""

    tag = "HoldClock"
    until: rx.Var[str]
    seen_at: rx.Var[str]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of what the component's function calls."""
        return {"react": ["useEffect", "useState", "Fragment"], "@emotion/react": ["jsx"]}

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_CLOCK]
