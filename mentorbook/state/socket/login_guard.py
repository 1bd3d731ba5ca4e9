"""Look before every event whose page it is."""

from reflex.app import App
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event

from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import (
    HYDRATES,
    forget_login_lookups,
    is_of_login,
    reload_page,
    reset_tab,
)


class LoginGuard(Middleware):
    """Reset a tab's state that was loaded under another log-in, before an event reaches it.

    A page that asks for its whole state goes on with the new one. Any other event comes from a page that
    still shows the former person's: it is not carried out, and the page is loaded again.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Return `None` when the event may be handled, else the update that the browser gets instead."""
        root = state._get_root_state()
        forget_login_lookups()
        if await is_of_login(root):
            return None
        live.forget(root.router.session.client_token)
        await reset_tab(root)
        if event.name in HYDRATES:
            await is_of_login(root)
            return None
        delta = await root._get_resolved_delta()
        root._clean()  # type: ignore[no-untyped-call]
        return StateUpdate(delta=delta, events=reload_page())
