"""What may be pressed next is loaded while nobody waits for anything."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import address_has
from mentorbook.state.address import DIALOGS

# Soon even where the browser is never idle, or cannot tell.
_AHEAD = """
function Ahead({ due, onIdle }) {
  useEffect(() => {
    if (!due) return;
    const [wait, drop] = window.requestIdleCallback
      ? [(run) => requestIdleCallback(run, { timeout: 1000 }), cancelIdleCallback]
      : [(run) => setTimeout(run, 200), clearTimeout];
    const waiting = wait(() => onIdle());
    return () => drop(waiting);
  }, [due]);
  return null;
}
"""


class _Ahead(rx.Component):
    """Calls `on_idle` each time that `due` begins to hold, once the browser has nothing else to do."""

    tag = "Ahead"
    due: rx.Var[bool]
    on_idle: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of the hooks that the component's function calls."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_AHEAD]


def loaded_ahead(prepare: Any, *, of: rx.Var[str], when: Any) -> Component:
    """Load ahead what a dialog shows, by `prepare`, once the page has all of its own content.

    `of` is what the dialog is about; it is loaded for each of them `when` the page shows it, and again after
    a dialog was open.
    """
    has_dialog: Any = address_has(DIALOGS[0])
    for name in DIALOGS[1:]:
        has_dialog = has_dialog | address_has(name)
    return _Ahead.create(due=rx.State.is_hydrated & when & ~has_dialog, on_idle=prepare, key=of)
