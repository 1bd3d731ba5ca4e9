"""A radio button that is on the moment it is chosen, though its value lives in the state.

React puts a controlled radio back until its value has come around by the server: on a slow line the choice
would seem lost. This one keeps what was chosen, and follows the state whenever that says otherwise.
"""

from typing import Any

import reflex as rx

_RADIO = """
function QuickRadio({ checked, ref, ...rest }) {
  const own = useRef(null);
  useImperativeHandle(ref, () => own.current);
  useEffect(() => { own.current.checked = checked; }, [checked]);
  return jsx("input", { ...rest, type: "radio", defaultChecked: checked, ref: own });
}
"""


class Radio(rx.Component):
    """One of a group with the same `name`; `on_click` hears of the mouse and of the arrow keys alike."""

    tag = "QuickRadio"
    name: rx.Var[str]
    value: rx.Var[str]
    checked: rx.Var[bool]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of the hooks that the component's function calls."""
        return {"react": ["useRef", "useEffect", "useImperativeHandle"]}

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_RADIO]


radio = Radio.create
