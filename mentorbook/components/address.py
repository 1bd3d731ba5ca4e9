"""Which dialog is open stands in the address: a reload keeps it, *Back* closes it, a detour drops it."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.function import FunctionVar

from mentorbook.state.address import DIALOGS

# One for the whole page: it knows the router, and asks before typed text is left.
_KEEPER = """
function AddressKeeper({ dialogs }) {
  const navigate = useNavigate();
  const isLeaving = useRef(false);
  const guards = (here, there) => [...(window.mentorbookGuards ??= new Map()).values()].filter(
    (guard) => guard.when && (!guard.ofPage || here.pathname !== there.pathname));
  const blocker = useBlocker(({ currentLocation: here, nextLocation: there }) => {
    const isElsewhere = here.pathname + here.search !== there.pathname + there.search;
    return isElsewhere && !isLeaving.current && guards(here, there).length > 0;
  });
  useEffect(() => {
    const go = (change, options) => {
      const query = new URLSearchParams(window.location.search);
      change(query);
      const search = query.toString().replace(/=(?=&|$)/g, "");
      navigate({ search: search && `?${search}` }, options);
    };
    window.mentorbookAddress = {
      open: (name, value) => {
        if (new URLSearchParams(window.location.search).get(name) === value) return;
        go((query) => query.set(name, value), { state: { dialog: true } });
      },
      close: (isSure) => {
        if (!dialogs.some((name) => new URLSearchParams(window.location.search).has(name))) return;
        isLeaving.current = Boolean(isSure);
        if (window.history.state?.usr?.dialog) navigate(-1);
        else go((query) => dialogs.forEach((name) => query.delete(name)), { replace: true });
      },
    };
  }, [navigate]);
  const { pathname, search } = useLocation();
  useEffect(() => { isLeaving.current = false; }, [pathname, search]);
  useEffect(() => {
    window.mentorbookLeave = { go: () => blocker.proceed?.(), stay: () => blocker.reset?.() };
    const asked = blocker.state === "blocked" ? guards(window.location, blocker.location) : [];
    asked.forEach((guard) => guard.ask());
  }, [blocker]);
  return null;
}
"""

_GUARD = """
function UnsavedGuard({ when, ofPage, onAsk }) {
  const id = useId();
  useEffect(() => {
    const guards = (window.mentorbookGuards ??= new Map());
    guards.set(id, { when, ofPage, ask: onAsk });
    return () => { guards.delete(id); };
  });
  useEffect(() => {
    if (!when || !ofPage) return undefined;
    const ask = (event) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [when, ofPage]);
  return null;
}
"""


_WHENEVER = """
function Whenever({ holds, onHold }) {
  useEffect(() => { if (holds) onHold(); }, [holds]);
  return null;
}
"""


class Whenever(rx.Component):
    """Calls `on_hold` each time that `holds` begins to hold."""

    tag = "Whenever"
    holds: rx.Var[bool]
    on_hold: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of the hooks that the component's function calls."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_WHENEVER]


class _AddressKeeper(rx.Component):
    """Opens and closes dialogs by the address."""

    tag = "AddressKeeper"
    dialogs: rx.Var[list[str]]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of the hooks that the component's function calls."""
        return {
            "react": ["useEffect", "useRef"],
            "react-router": ["useBlocker", "useLocation", "useNavigate"],
        }

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_KEEPER]


class UnsavedGuard(rx.Component):
    """While `when` holds, leaving the dialog or the page is held back and `on_ask` is called instead.

    One `of_page` lets dialogs and tabs of the page come and go, and has the browser ask where the page itself
    would go: with its tab, by a reload.
    """

    tag = "UnsavedGuard"
    when: rx.Var[bool]
    of_page: rx.Var[bool]
    on_ask: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """Return the imports of the hooks that the component's function calls."""
        return {"react": ["useEffect", "useId"]}

    def add_custom_code(self) -> list[str]:
        """Return the code of the component itself, once per page."""
        return [_GUARD]


def address_keeper() -> Component:
    """Return what opens and closes dialogs by the address; every page has one."""
    return _AddressKeeper.create(dialogs=list(DIALOGS))


def _query() -> VarData:
    return VarData(
        hooks={"const [addressQuery] = useSearchParams()": None},
        imports={"react-router": "useSearchParams"},
    )


def address_has(name: str) -> rx.Var[bool]:
    """Say whether the address names a dialog."""
    return rx.Var(f"addressQuery.has('{name}')", _var_data=_query()).to(bool)


def address_value(name: str) -> rx.Var[str]:
    """Return what the address says of a dialog; empty where it does not name it."""
    return rx.Var(f"(addressQuery.get('{name}') ?? '')", _var_data=_query()).to(str)


def open_dialog(name: str, value: str | rx.Var[str] = "", *, unless: Any = False) -> Any:
    """Return the event that opens a dialog, by putting it into the address; none while `unless` holds."""
    value, unless = rx.Var.create(value), rx.Var.create(unless)
    script = f"(() => {unless!s} || window.mentorbookAddress.open('{name}', {value!s}))"
    data = VarData.merge(value._get_all_var_data(), unless._get_all_var_data())
    return rx.Var(script, _var_data=data).to(FunctionVar, EventChain)


def close_dialog() -> Any:
    """Return the event that closes the open dialog, after asking where a guard holds it."""
    # An event of Escape or of a click outside: the dialog does not close by itself.
    script = "((event) => { event?.preventDefault?.(); window.mentorbookAddress.close(); })"
    return rx.Var(script).to(FunctionVar, EventChain)


def return_focus() -> Any:
    """Return the event by which a closed dialog gives the focus back to its opener, or to the page.

    At once, not after what the server is still asked: by then the reader may have gone on.
    """
    script = "((event) => { event?.preventDefault?.(); window.mentorbookReturn?.(); })"
    return rx.Var(script).to(FunctionVar, EventChain)


def leave(dropping: type[rx.State] | None = None) -> Any:
    """Return the event that leaves although a guard has asked; `dropping` is whose draft goes before.

    With each change of its address the browser brings its drafts along: one that is left with the page would
    be there again.
    """
    drop = ""
    if dropping is not None:
        is_one = f"key.startsWith('{dropping.get_full_name()}.draft')"
        gone = "forEach((key) => sessionStorage.removeItem(key))"
        drop = f"Object.keys(sessionStorage).filter((key) => {is_one}).{gone};"
    script = f"(() => {{ {drop} window.mentorbookLeave.go(); }})"
    return rx.Var(script).to(FunctionVar, EventChain)


def stay() -> Any:
    """Return the event that stays after a guard has asked."""
    return rx.Var("(() => window.mentorbookLeave.stay())").to(FunctionVar, EventChain)
