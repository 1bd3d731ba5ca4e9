"""What is typed and chosen is kept in the tab itself: a reload, a restart or a lost line loses none of it."""

from hashlib import sha256
from typing import Any, TypeVar

import reflex as rx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mentorbook.settings import settings
from mentorbook.state.socket.tab_login import cookie

D = TypeVar("D", bound="Draft")


class Draft(BaseModel):
    """What a dialog holds and the server does not have yet; `about` is whom or which session it is about."""

    model_config = ConfigDict(extra="forbid", strict=True)

    login: str = ""
    about: str = Field(max_length=100)


class KeepsDraft(rx.State, mixin=True):
    """Keeps a draft in the browser's `sessionStorage`, under the log-in that it was typed under.

    The browser brings it along whenever it connects, and may bring anything: only what reads as a draft of
    this log-in is one.
    """

    draft: str = rx.SessionStorage("")

    def _keep(self, draft: Draft) -> None:
        """Keep this draft in place of the one before."""
        text = draft.model_copy(update={"login": _login(self)}).model_dump_json()
        if text != self.draft:
            self.draft = text

    def _drop_draft(self) -> None:
        """Keep no draft any more."""
        if self.draft:
            self.draft = ""

    def _kept(self, kind: type[D], about: str) -> D | None:
        """Return the draft of this log-in about somebody or something, or `None`; drop any other."""
        text: Any = self.draft
        if text:
            try:
                found = kind.model_validate_json(text if isinstance(text, str) else "")
            except ValidationError:
                found = None
            if found is not None and found.login == _login(self) and found.about == about:
                return found
            self._drop_draft()
        return None


def _login(state: rx.State) -> str:
    """Return what tells one log-in from another, and from which nobody can tell the log-in."""
    held = cookie(state, settings.cookie)
    return sha256(f"draft {held}".encode()).hexdigest()[:16] if held else ""
