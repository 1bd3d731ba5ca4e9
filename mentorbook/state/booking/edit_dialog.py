"""The dialog that changes what a session is about."""

from secrets import token_hex
from typing import Any

import reflex as rx

from mentorbook.domain.booking.actions import Action
from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.names import first_name
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import leave_dialog
from mentorbook.state.booking.session_dialog import SessionDialog
from mentorbook.state.booking.session_form import FormDraft, SessionForm
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current


class EditDialog(KeepsDraft, SessionForm, SessionDialog, rx.State):
    """Change title, description and meeting type until the session starts; ask before typed text is lost."""

    mentor_first_name: str = ""
    # Another after each change that the page has counted as one by itself.
    counted: str = ""

    _action: Action = "edit"
    _dialog: str = "edit"
    _before: dict[str, str] = {}

    @rx.var
    def is_changed(self) -> bool:
        """Say whether something typed would be lost."""
        return self.phase == "asking" and self._fields() != self._before

    def _edited(self) -> None:
        self.counted = token_hex(4)
        if self.is_open and self.phase == "asking":
            self._keep(FormDraft(about=self.asked_for, **self._typed()))

    def _forget_typed(self) -> None:
        self._fill()

    def _close(self) -> None:
        # Whoever closes it has been asked whether what is typed may be lost.
        if self.is_open:
            self._forget_typed()
            self._drop_draft()
        super()._close()

    async def _open(self, actor: Account) -> None:
        typed = self._typed()
        found = await self._look(actor)
        if found is None:
            return
        booking = found[0]
        self._fill_as_saved(booking)
        kept = self._kept(FormDraft, self.asked_for)
        if kept is not None:
            self._clear_texts()
            self._fill_from(kept)
        self._write_over(typed)
        self.mentor_first_name = first_name(booking.mentor.name)
        self.phase = "asking"

    def _fill_as_saved(self, booking: Booking) -> None:
        self._fill_as(booking)
        self._before = self._fields()

    @action("member")
    async def save(self, actor: Account) -> Any:
        """Save the fields that differ, through the same service as the REST API."""
        self._take_over()
        if not self.is_open or self.phase != "asking":
            return None
        self.problem = ""
        self._show_errors({})
        changed = {name: new for name, new in self._fields().items() if new != self._before.get(name)}
        if changed:
            await call(update_booking, actor, self._booking_id, changed, origin=origin_of(self))
        self._close()
        return [leave_dialog(), rx.toast.success("Saved.")] if changed else leave_dialog()

    async def _refused(self, error: DomainError) -> Any:
        """Show what is wrong beside its field, and any other refusal in the dialog."""
        if not self.is_open or not isinstance(error, ValidationFailed):
            return await super()._refused(error)
        if not self._show_errors(error.fields):
            self.problem = refusal(error).detail
        return []

    async def _follow(self) -> None:
        """Check the open dialog again after a change of the session, the policies or the time.

        What was saved elsewhere is shown unless something is typed here: then only what differs is saved.
        """
        actor = await current(self)
        if actor is None or not self.is_open or self.phase != "asking":
            return
        is_typed = self.is_changed
        found = await self._look(actor)
        if found is not None and not is_typed:
            self._fill_as_saved(found[0])
