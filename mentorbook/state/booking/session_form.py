"""What a session is about: the fields that one fills in when booking and may change until the start."""

from typing import Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.kinds import MeetingKind
from mentorbook.domain.schemas import DESCRIPTION_LENGTH, TITLE_LENGTH
from mentorbook.domain.views import Booking
from mentorbook.presenters.field_errors import field_sentence, title_error
from mentorbook.state.action import action
from mentorbook.state.drafts import Draft


class FormDraft(Draft):
    """The fields as they were typed."""

    title: str = Field(max_length=2 * TITLE_LENGTH)
    description: str = Field(max_length=2 * DESCRIPTION_LENGTH)
    meeting_type: str = Field(max_length=20)


class SessionForm(rx.State, mixin=True):
    """Keep the fields with what is wrong with them; one mixin for the booking modal and the edit dialog.

    Text is kept a little longer than is allowed, so that one is told what is allowed and loses nothing.
    """

    title: str = ""
    description: str = ""
    meeting_type: str = MeetingKind.VIDEO.value
    title_error: str = ""
    description_error: str = ""

    @action("anyone")
    async def choose_meeting(self, kind: str) -> Any:
        """Choose how to meet."""
        if kind in list(MeetingKind):
            self.meeting_type = kind
            self._edited()

    @action("anyone")
    async def write_title(self, text: str) -> Any:
        """Keep what is typed as the title."""
        self.title, self.title_error = text[: TITLE_LENGTH * 2], ""
        self._edited()

    @action("anyone")
    async def write_description(self, text: str) -> Any:
        """Keep what is typed as the description."""
        self.description, self.description_error = text[: DESCRIPTION_LENGTH * 2], ""
        self._edited()

    def _edited(self) -> None:
        """Update what else changes when a field does."""

    def _fields(self) -> dict[str, str]:
        """Return the fields by their names on the wire."""
        return {"title": self.title, "description": self.description, "meetingType": self.meeting_type}

    def _fill(
        self, title: str = "", description: str = "", meeting_type: str = MeetingKind.VIDEO.value
    ) -> None:
        """Set the fields to these values, and clear their errors."""
        self.title, self.description, self.meeting_type = title, description, meeting_type
        self.title_error = self.description_error = ""

    def _fill_as(self, booking: Booking) -> None:
        """Set the fields to those of a session."""
        self._fill(booking.title, booking.description or "", booking.meeting_type.value)

    def _has_text(self) -> bool:
        """Say whether anything is written in the fields."""
        return bool(self.title or self.description)

    def _clear_texts(self) -> None:
        """Empty what is written; what is chosen stays."""
        self.title = self.description = ""

    def _write_over(self, typed: dict[str, str]) -> None:
        """Set what is written to what was typed, by `_typed`; where nothing was, it stays."""
        self.title, self.description = typed["title"] or self.title, typed["description"] or self.description

    def _typed(self) -> dict[str, str]:
        """Return the fields as a draft keeps them."""
        return {"title": self.title, "description": self.description, "meeting_type": self.meeting_type}

    def _fill_from(self, kept: FormDraft) -> None:
        """Set the fields to what a draft kept; what has been typed since then is newer."""
        is_kind = kept.meeting_type in list(MeetingKind)
        kind = kept.meeting_type if is_kind else self.meeting_type
        self._fill(self.title or kept.title, self.description or kept.description, kind)

    def _show_errors(self, fields: dict[str, str]) -> bool:
        """Show at each field what is wrong with it; say whether any of these fields is wrong."""
        self.title_error = title_error(fields.get("title"), self.title)
        self.description_error = field_sentence("It", fields.get("description"))
        return bool(self.title_error or self.description_error)
