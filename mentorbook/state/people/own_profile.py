"""`/settings/profile`: what a mentor says about themselves, loaded, compared and saved."""

from secrets import token_hex
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import DomainError, ProfileChanged, ValidationFailed
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.views import Account, OwnProfile
from mentorbook.presenters.people.mentor_card import MentorRow
from mentorbook.presenters.people.mentoring import PROFILE_PATH
from mentorbook.presenters.people.own_profile import (
    LinkFields,
    languages_named,
    links_with_errors,
    preview_row,
    profile_errors,
    topic_error,
)
from mentorbook.presenters.refusals import refusal
from mentorbook.services.offload import call
from mentorbook.services.people import own_profile
from mentorbook.services.people.mentor_directory import expertise_in_use
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.people.account_forms import FOCUS_PROBLEM
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.people.profile_fields import TEXTS, ProfileDraft, ProfileFields
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

MOST_KNOWN_TOPICS, MOST_SUGGESTED = 60, 8
_NOTHING = OwnProfile(
    headline="",
    about="",
    expertise=[],
    rate="",
    currency="",
    city=None,
    languages=[],
    links=[],
    is_available=True,
)


class ProfileEditor(ProfileFields, rx.State):
    """The form of one's profile. `phase` is loading, shown, none (who has no mentor's side) or failed.

    `is_stale` once something was saved, in another tab perhaps, that this form was not made from.
    """

    phase: str = "loading"
    known_topics: rx.Field[list[str]] = rx.field(default_factory=list)
    problem: str = ""
    is_stale: bool = False

    _name: str = ""
    _newer: str = ""
    _before: dict[str, Any] = {}

    @rx.var
    def is_changed(self) -> bool:
        """Say whether something typed would be lost."""
        return self.phase == "shown" and self._fields() != self._before

    @rx.var
    def suggested(self) -> list[str]:
        """List topics of others that could be one's own."""
        chosen = {topic.casefold() for topic in self.expertise}
        return [topic for topic in self.known_topics if topic.casefold() not in chosen][:MOST_SUGGESTED]

    @rx.var
    def card(self) -> MentorRow:
        """Return the card in the directory that what is typed would make."""
        rate = "0" if settings.payment_way == PaymentWay.FREE else self.rate
        return preview_row(self._name, self.headline, self.expertise, rate, self.currency)

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the saved profile, and over it what was typed in this tab and is not saved."""
        live.follow(self, [actor.id])
        if not actor.has_mentor_side:
            self.phase = "none"
        # A page that was out of reach comes back through here: what is typed and not saved is kept.
        elif not self.is_changed:
            # What was typed before it was loaded, on a page that was there before the server, is newest.
            typed = {name: getattr(self, name) for name in TEXTS if self.phase == "loading"}
            await self._read(actor)
            if (kept := self._kept(ProfileDraft, "profile")) is not None:
                self._resume(kept)
            for name, text in typed.items():
                setattr(self, name, text or getattr(self, name))

    @action("member")
    async def save(self, actor: Account) -> Any:
        """Save all of it, unless it was saved elsewhere meanwhile."""
        with self._answering("save"):
            return await self._save(actor, IfMatch(frozenset({self._tag})))

    @action("member")
    async def overwrite(self, actor: Account) -> Any:
        """Save this over what was saved elsewhere, which the page has told of."""
        with self._answering("save"):
            return await self._save(actor, IfMatch(frozenset({self._newer or self._tag})))

    @action("member")
    async def discard(self, actor: Account) -> Any:
        """Show what is saved instead of what is typed."""
        with self._answering("discard"):
            self._drop_draft()
            await self._read(actor)

    @action("anyone")
    async def depart(self, path: Annotated[str, Field(max_length=500)]) -> Any:
        """Clear the form because its page has been left for `path`; whoever leaves has been asked.

        A page that is drawn anew, since the server is another, says the same while it is still there.
        """
        if path.rstrip("/") != PROFILE_PATH:
            self._drop_draft()
            self._show(_NOTHING)
            self.phase, self._tag = "loading", ""

    async def _read(self, actor: Account) -> None:
        """Show what is saved, or that there is no profile: in another tab a request can be withdrawn."""
        if not actor.has_mentor_side:
            self.phase = "none"
            return
        try:
            profile = await call(own_profile.own_profile, actor)
            self.known_topics = await call(expertise_in_use, MOST_KNOWN_TOPICS)
        except Exception:
            self.phase = "failed"
            raise
        self._name = actor.name
        self._show(profile)
        self.phase = "shown"

    async def _save(self, actor: Account, condition: IfMatch) -> Any:
        self.problem, self.errors, self.is_stale, self.is_saved = "", {}, False, False
        self.links = links_with_errors(self.links, {})
        saved = await call(own_profile.save_profile, actor, self._fields(), condition)
        self._drop_draft()
        self._show(saved)
        self.is_saved = True
        await (await self.get_state(Mentoring))._show(actor)

    def _show(self, profile: OwnProfile) -> None:
        self.headline, self.about, self.expertise = profile.headline, profile.about, list(profile.expertise)
        self.rate, self.currency = profile.rate, profile.currency
        self.city, self.spoken = profile.city or "", languages_named(list(profile.languages))
        self.links = [LinkFields(link.url, link.label or "") for link in profile.links]
        self.is_available = profile.is_available
        self.errors, self.problem, self.is_stale, self.is_saved = {}, "", False, False
        self._tag, self._newer, self._before = tag_of_answer(profile), "", self._fields()
        self._take_over()
        self.counted = token_hex(4)

    async def _refused(self, error: DomainError) -> Any:
        if error.status in (401, 403):
            return None
        self._take_over()
        if isinstance(error, ProfileChanged):
            self.is_stale, self._newer = True, error.tag
        elif isinstance(error, ValidationFailed):
            if "topic" in error.fields:
                self.errors = self.errors | {"expertise": topic_error(error.fields["topic"])}
                return rx.set_focus("topic")
            self.errors = self.errors | profile_errors(error.fields)
            self.links = links_with_errors(self.links, error.fields)
            if not self.errors and not any(link.url_error or link.label_error for link in self.links):
                self.problem = refusal(error).detail
        else:
            self.problem = refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)

    async def _follow(self) -> None:
        """Show what was saved in another tab, unless something is typed here that can still be saved."""
        actor = await current(self)
        if actor is None or self.phase != "shown":
            return
        if not self.is_changed or not actor.has_mentor_side:
            saved = self.is_saved
            await self._read(actor)
            self.is_saved = saved
