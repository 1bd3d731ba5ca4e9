"""One session in full."""

import reflex as rx

from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.edit_dialog import EditDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.shown_session import ShownSession


class SessionPage(ShownSession, rx.State):
    """The session of `/sessions/[session_id]`, with what happened to it."""

    async def _leave(self) -> None:
        for dialog in (CancelDialog, RescheduleDialog, EditDialog):
            (await self.get_state(dialog))._close()
