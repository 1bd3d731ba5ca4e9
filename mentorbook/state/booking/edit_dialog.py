"""The dialog that changes what a session is about."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.actions import Action
from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.kinds import MeetingKind
from mentorbook.domain.schemas import DESCRIPTION_LENGTH, TITLE_LENGTH
from mentorbook.domain.views import Account
from mentorbook.presenters.field_errors import field_sentence, title_error
from mentorbook.presenters.names import first_name
from mentorbook.presenters.refusals import refusal
from mentorbook.services.editing import update_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.booking.session_dialog import SessionDialog
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current


class EditDialog(SessionDialog, rx.State):
    """Title, description and meeting type, until the session starts; what was typed is asked about."""

    title: str = ""
    description: str = ""
    meeting_type: str = MeetingKind.VIDEO.value
    mentor_first_name: str = ""
    title_error: str = ""
    description_error: str = ""
    asks_to_close: bool = False

    _action: Action = "edit"
    _before: tuple[str, str, str] = ("", "", "")

    @action("member")
    async def open_edit(self, actor: Account, session_id: str) -> AsyncIterator[Any]:
        """Open the dialog with what the session says now."""
        self._start(session_id)
        self.title = self.description = self.title_error = self.description_error = ""
        self.asks_to_close = False
        yield
        found = await self._look(actor)
        if found is None:
            return
        booking = found[0]
        self._before = booking.title, booking.description or "", booking.meeting_type
        self.title, self.description, self.meeting_type = self._before
        self.mentor_first_name = first_name(booking.mentor.name)
        live.follow(self, [actor.id])
        self.phase = "asking"

    @action("anyone")
    async def ask_to_close(self) -> Any:
        """Close, or ask first when something typed would be lost."""
        if self.phase == "asking" and (self.title, self.description, self.meeting_type) != self._before:
            self.asks_to_close = True
        else:
            self._close()

    @action("anyone")
    async def keep_editing(self) -> Any:
        """Stay after all."""
        self.asks_to_close = False

    @action("anyone")
    async def write_title(self, text: str) -> Any:
        """Keep what is typed as the title."""
        self.title, self.title_error, self.asks_to_close = text[: TITLE_LENGTH * 2], "", False

    @action("anyone")
    async def write_description(self, text: str) -> Any:
        """Keep what is typed as the description."""
        self.description, self.description_error = text[: DESCRIPTION_LENGTH * 2], ""
        self.asks_to_close = False

    @action("anyone")
    async def choose_meeting(self, kind: str) -> Any:
        """Choose how to meet."""
        if kind in list(MeetingKind):
            self.meeting_type, self.asks_to_close = kind, False

    @action("member")
    async def save(self, actor: Account) -> Any:
        """Change what differs; the same service as the REST API."""
        if not self.is_open or self.phase != "asking":
            return None
        self.problem = self.title_error = self.description_error = ""
        names = ("title", "description", "meetingType")
        now = (self.title, self.description, self.meeting_type)
        changed = {name: new for name, new, old in zip(names, now, self._before, strict=True) if new != old}
        if changed:
            await call(update_booking, actor, self._booking_id, changed, origin=origin_of(self))
        self._close()
        return rx.toast.success("Saved.") if changed else None

    async def _refused(self, error: DomainError) -> Any:
        """Say beside the field what is wrong, and otherwise what stands in the way."""
        if not self.is_open or not isinstance(error, ValidationFailed):
            return await super()._refused(error)
        fields = error.fields
        if "title" in fields:
            self.title_error = title_error(fields["title"], self.title)
        if "description" in fields:
            self.description_error = field_sentence("It", fields["description"])
        if not {"title", "description"} & set(fields):
            self.problem = refusal(error).detail
        return []

    async def _follow(self) -> None:
        """The session, the policies or the time changed while the dialog is open."""
        actor = await current(self)
        if actor is not None and self.is_open and self.phase == "asking":
            await self._look(actor)
