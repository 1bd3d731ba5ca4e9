"""The recording of the session that the room's page is about: whether both agree, and whether it runs."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.errors import DomainError, NotFound, NotPermitted
from mentorbook.domain.meeting.recording import Recording
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.presenters.meeting.recording import RecordingWords, recording_words
from mentorbook.presenters.names import first_name
from mentorbook.services.meeting.recording import recording_of, set_consent
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class RoomRecording(Answers, rx.State):
    """What is said of it, and what may be done; `phase` is loading, shown, or hidden from all but the two."""

    phase: str = "loading"
    asked: str = ""
    words: RecordingWords = RecordingWords()

    _session_id: str = ""

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show how the recording of the session that the address names stands."""
        self.asked = asked_page(self)
        if self._asked_for() != self._session_id or self.phase != "shown":
            self._session_id, self.phase, self.words = self._asked_for(), "loading", RecordingWords()
            yield
        booking_id = as_uuid(self._session_id)
        live.follow(self, [actor.id, *([booking_id] if booking_id else [])])
        await self._show(actor)

    @action("member")
    async def agree(self, actor: Account, consent: bool) -> None:
        """Agree to a recording of the session on show, or withdraw."""
        with self._answering("agree"):
            if self.phase == "shown":
                self._present(await call(set_consent, actor, self._session_id, {"consent": consent}))

    def _asked_for(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _show(self, actor: Account) -> None:
        try:
            recording = await call(recording_of, actor, self._session_id)
        except (NotFound, NotPermitted):
            self.phase = "hidden"
            return
        self._present(recording)
        self.phase = "shown"
        live.follow(self, [UUID(self._session_id), actor.id])

    def _present(self, recording: Recording) -> None:
        self.words = recording_words(recording, first_name(recording.other_name))

    async def _refused(self, error: DomainError) -> Any:
        """Show how it stands by now; the words of the refusal are said as everywhere."""
        actor = await current(self)
        if actor is not None and self._session_id:
            await self._show(actor)
        return None

    async def _follow(self) -> None:
        if self._asked_for() != self._session_id:
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and self.phase != "loading":
            await self._show(actor)
