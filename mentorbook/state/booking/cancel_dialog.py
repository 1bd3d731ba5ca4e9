"""The dialog that cancels a session."""

from typing import Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.actions import Action
from mentorbook.domain.errors import DomainError, InvalidStatus, ValidationFailed
from mentorbook.domain.kinds import CancelReason
from mentorbook.domain.schemas import REASON_LENGTH
from mentorbook.domain.views import Account
from mentorbook.presenters.booking.cancel_dialog import CHANGED_SINCE_SHOWN, CancelWords, cancel_words
from mentorbook.presenters.field_errors import REASON_MISSING, details_error
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import leave_dialog
from mentorbook.state.booking.session_dialog import SessionDialog
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current


class CancelDraft(Draft):
    """The reason as far as it was given."""

    reason: str = Field(max_length=40)
    details: str = Field(max_length=2 * REASON_LENGTH)


class CancelDialog(KeepsDraft, SessionDialog, rx.State):
    """Ask once before a session is cancelled: the session, the policy of this moment, a reason."""

    words: CancelWords = CancelWords()
    needs_reason: bool = True
    reason: str = ""
    details: str = ""
    reason_error: str = ""
    details_error: str = ""

    _action: Action = "cancel"

    @action("member")
    async def choose_reason(self, actor: Account, kind: str) -> Any:
        """Choose one of the six reasons."""
        if kind in list(CancelReason):
            self.reason, self.reason_error, self.details_error = kind, "", ""
            self._keep_draft()

    @action("member")
    async def write_details(self, actor: Account, text: str) -> Any:
        """Keep what is typed beside the reason."""
        self.details, self.details_error = text[: REASON_LENGTH * 2], ""
        self._keep_draft()

    @action("member")
    async def confirm(self, actor: Account, said: str, refund_minor: int) -> Any:
        """Cancel the session, if that is what the page shows: what its button said, and gives back.

        A second click finds the dialog closed, a retry sends the same key.
        """
        self._take_over()
        if not self.is_open or self.phase != "asking":
            return None
        self.problem = self.reason_error = self.details_error = ""
        found = await self._look(actor)
        if found is None:
            return None
        self.words = cancel_words(*found)
        if (said, refund_minor) != (self.words.confirm, self.words.refund_minor):
            # Changed since it was shown, perhaps by what is still on its way to the page: it is read first.
            self.problem = CHANGED_SINCE_SHOWN
            return None
        request = {"reasonCategory": self.reason or None, "reasonDetails": self.details.strip() or None}
        await call(
            cancel_booking,
            actor,
            self._booking_id,
            request,
            origin=origin_of(self),
            key=self._key,
            seen=self._seen,
            shown_refund=refund_minor,
        )
        done = self.words.done
        self._close()
        self._forget_typed()
        self._drop_draft()
        return [leave_dialog(), rx.toast.success(done)]

    async def _open(self, actor: Account) -> None:
        kept = self._kept(CancelDraft, self.asked_for)
        if kept is not None and kept.reason in ("", *CancelReason):
            self.reason, self.details = self.reason or kept.reason, self.details or kept.details
        self.reason_error = self.details_error = ""
        self.words = CancelWords()
        await self._show(actor)

    def _forget_typed(self) -> None:
        self.reason = self.details = ""

    def _keep_draft(self) -> None:
        if self.is_open and self.phase == "asking":
            self._keep(CancelDraft(about=self.asked_for, reason=self.reason, details=self.details))

    async def _resume(self, actor: Account) -> None:
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        found = await self._look(actor)
        if found is None:
            return
        booking, reader = found
        self.words = cancel_words(booking, reader)
        self.needs_reason = reader.policies.require_cancellation_reason
        self.phase = "asking"

    async def _refused(self, error: DomainError) -> Any:
        """Show what is missing beside its field, and any other refusal in the dialog."""
        if self.is_open and isinstance(error, ValidationFailed):
            self._explain_fields(error.fields)
            return _go_to("cancel-details" if self.details_error else "cancel-reason-first")
        if self.is_open and self.phase == "asking" and isinstance(error, InvalidStatus):
            actor = await current(self)
            found = await self._look(actor) if actor is not None else None
            if found is not None:
                # It may still be cancelled, so it was what that gives back that changed.
                self.words, self.problem = cancel_words(*found), CHANGED_SINCE_SHOWN
                return []
        return await super()._refused(error)

    def _explain_fields(self, fields: dict[str, str]) -> None:
        if "reasonCategory" in fields:
            self.reason_error = REASON_MISSING
        elif "reasonDetails" in fields:
            self.details_error = details_error(fields["reasonDetails"], self.details)
        else:
            self.problem = "; ".join(fields.values())

    async def _follow(self) -> None:
        """Reload the open dialog after a change of the session, the policies or the time."""
        actor = await current(self)
        if actor is not None and self.is_open and self.phase == "asking":
            await self._show(actor)


def _go_to(control: str) -> Any:
    """Scroll to the control to be corrected and focus it: on a phone it may be further up or down."""
    return rx.call_script(
        f"(() => {{ const it = document.getElementById('{control}');"
        " it?.focus({preventScroll: true}); it?.closest('.field')?.scrollIntoView({block: 'center'}) })()"
    )
