"""The hours that a mentor edits: loaded, changed step by step, undone, kept in the tab, saved."""

from base64 import b64decode, b64encode
from typing import Any
from zlib import compress, decompressobj, error

import reflex as rx
from pydantic import Field, ValidationError

from mentorbook.domain.availability.draft import Availability, AvailabilityDraft, parse_availability
from mentorbook.domain.availability.hours_draft import History, HoursDraft, draft_of, not_over
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.presenters.refusals import refusal
from mentorbook.services.availability.own_hours import own_hours
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.availability.hours_preview import HoursPreview
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.zone_choice import ZoneChoice

# What a tab may bring along when it connects is bounded; hours that take more are not kept in it.
_MOST_KEPT, _MOST_UNPACKED = 40_000, 400_000


class KeptHours(Draft):
    """Hours that are not saved, packed, and the tag of those that they were begun from."""

    hours: str = Field(max_length=_MOST_KEPT)
    tag: str = Field(max_length=100)


class DraftedHours(KeepsDraft, ZoneChoice, mixin=True):
    """The draft with its steps. `zone` is the mentor's own, as it is chosen for the draft.

    `phase` is loading, shown, or forbidden for whoever has no hours. `errors` are by field.
    """

    phase: str = "loading"
    problem: str = ""
    saved: str = ""
    errors: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    selected: str = ""
    # Somebody, perhaps the mentor in another tab, has saved other hours meanwhile.
    is_outdated: bool = False
    # The draft is more than the tab keeps: what is not saved goes with the page.
    is_too_large: bool = False

    _history: History | None = None
    _saved: HoursDraft | None = None
    # The tag of the hours that the draft was begun from, and the hours that the page has seen last.
    _tag: str = ""
    _seen: tuple[Availability, ...] = ()

    @rx.var
    def is_changed(self) -> bool:
        """Say whether the draft differs from what is saved."""
        return self._history is not None and self._history.present != self._saved

    @rx.var
    def can_undo(self) -> bool:
        """Say whether there is a step to undo."""
        return self._history is not None and bool(self._history.past)

    async def _read(self, actor: Account, *, keep: bool) -> None:
        """Load what is published; with `keep`, a draft of before stays, also one that the tab has kept."""
        hours = await call(own_hours, actor)
        was_changed = self.is_changed
        self._saved, self._seen = draft_of(hours), (hours,)
        kept = self._unfinished(was_changed=was_changed) if keep else None
        if kept is None:
            self._tag, self.is_outdated = tag_of_answer(hours), False
            self._history = History(draft_of(hours))
            self._drop_draft()
        else:
            self.is_outdated = self._tag != tag_of_answer(hours)
            self._history = kept
        self._start_in(self._history.present.schedule.timezone)
        self.phase = "shown"
        await self._draft_changed()
        await self._preview(actor, anew=True)

    def _unfinished(self, *, was_changed: bool) -> History | None:
        """Return the steps that are not saved: those of this page, or what the tab has kept of another."""
        kept = self._kept(KeptHours, "hours")
        if was_changed:
            return self._history
        draft = _unpacked(kept.hours) if kept is not None else None
        if kept is None or draft is None:
            return None
        self._tag = kept.tag
        present = draft_of(draft)
        return History(present, (self._saved,) if self._saved and self._saved != present else ())

    async def _go_on(self, actor: Account, draft: HoursDraft, step: str = "") -> None:
        """Take the next step; steps of one name that follow each other are undone together."""
        if self._history is not None:
            await self._show(actor, self._history.then(draft, step))

    async def _show(self, actor: Account, history: History) -> None:
        self.problem = self.saved = ""
        self.errors = {}
        self._history = history
        self._keep_in_tab()
        if history.present.schedule.timezone != self.zone:
            self._start_in(history.present.schedule.timezone)
        await self._draft_changed()
        await self._preview(actor)

    def _keep_in_tab(self) -> None:
        if self._history is None or self._history.present == self._saved:
            self.is_too_large = False
            self._drop_draft()
            return
        packed = _packed(self._history.present)
        self.is_too_large = len(packed) > _MOST_KEPT
        if self.is_too_large:
            # An older one would come back in its place.
            self._drop_draft()
        else:
            self._keep(KeptHours(about="hours", hours=packed, tag=self._tag))

    async def _draft_changed(self) -> None:
        """Update what else is drawn from the draft."""

    def _condition(self) -> IfMatch:
        """Return that the hours are those that the draft was begun from.

        What was over by now when it was begun, or is since, is no change of them.
        """
        tag = self._tag
        if self._seen and tag == tag_of_answer(self._seen[0]):
            tag = tag_of_answer(not_over(self._seen[0], now()))
        return IfMatch(frozenset([tag]))

    async def _preview(self, actor: Account, *, anew: bool = False) -> None:
        if self._history is not None and self._saved is not None:
            preview = await self.get_state(HoursPreview)
            await preview._begin(actor, self._history.present, self._saved, anew=anew)

    def _draft(self) -> HoursDraft:
        """Return the draft. Raises `ValidationFailed` before there is one."""
        if self._history is None:
            raise ValidationFailed({"": "Your hours are not loaded yet."})
        return self._history.present

    async def _refused(self, error: DomainError) -> Any:
        if error.status in (401, 403):
            return None
        if isinstance(error, ValidationFailed):
            self.errors = error.fields
        self.problem = refusal(error).detail
        return []


def _packed(draft: HoursDraft) -> str:
    text = draft.availability().model_dump_json(by_alias=True)
    return b64encode(compress(text.encode(), 9)).decode()


def _unpacked(text: str) -> AvailabilityDraft | None:
    """Return a draft that was kept, if it still reads as one; a tab may bring anything."""
    unpacker = decompressobj()
    try:
        plain = unpacker.decompress(b64decode(text, validate=True), _MOST_UNPACKED)
        if unpacker.unconsumed_tail:
            return None
        return parse_availability(AvailabilityDraft, AvailabilityDraft.model_validate_json(plain))
    except (ValueError, error, ValidationError, ValidationFailed):
        return None
