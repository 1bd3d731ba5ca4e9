"""What is on show stays while the server loads it anew: nothing that is typed there goes with a restart."""

from typing import Any

import reflex as rx
from reflex_base.vars import VarData

from mentorbook.state.people.me import Me

_LIBRARY = "$/public/held.js"


class Substitute:
    """A state, attribute by attribute, as a hook of the browser's has it drawn."""

    def __init__(self, state: type[rx.State], name: str, imports: Any, call: str, *own: rx.Var[Any]) -> None:
        """Draw what the hook's `call` returns, as `name`; it may use `$`, the state, and the vars `own`."""
        self._state, self._name = state, name
        self._source = str(next(iter(state.base_vars.values()))).rpartition(".")[0]
        self._data = VarData.merge(
            *(each._get_all_var_data() for each in own),
            VarData(
                hooks={f"const {name} = {call.replace('$', self._source)};": None},
                imports=imports,
            ),
        )

    def __getattr__(self, name: str) -> Any:
        """Return a var of the state as it is to be drawn, or one of its handlers."""
        var = getattr(self._state, name)
        if not isinstance(var, rx.Var):
            return var
        return rx.Var(
            _js_expr=str(var).replace(f"{self._source}.", f"{self._name}.", 1),
            _var_type=var._var_type,
            _var_data=self._data,
        ).guess_type()


class Held(Substitute):
    """A state that is drawn as it was loaded last for this account, while the server has it to load again."""

    def __init__(
        self, state: type[rx.State], is_loaded: rx.Var[bool], account: rx.Var[str] | None = None
    ) -> None:
        """Hold it while `is_loaded` does not hold; `account` is whose page the state says this is."""
        said = () if account is None else (account,)
        name = f"held_{state.__name__}"
        call = f"useHeld({', '.join([repr(state.__name__), str(is_loaded), '$', *map(str, said)])})"
        imports = {_LIBRARY: [rx.ImportVar(tag="useHeld")]}
        super().__init__(state, name, imports, call, is_loaded, *said)


# Who holds the page: while a server that was restarted has not said it yet, who held it before.
VIEWER: Any = Held(Me, Me.ready, Me.account)
