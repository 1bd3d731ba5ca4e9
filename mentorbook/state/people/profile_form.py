"""Name and time zone in the settings: what is entered stays until it is saved, the rest is live."""

from typing import Annotated, Any, Literal, cast

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import AccountChanged, DomainError, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.domain.zone_search import present_name
from mentorbook.domain.zones import is_zone
from mentorbook.presenters.dates import place
from mentorbook.presenters.field_errors import field_sentence, overtaken_sentence
from mentorbook.services.offload import call
from mentorbook.services.people.accounts import update_profile
from mentorbook.state.action import action
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.people.account_forms import FOCUS_PROBLEM, Form
from mentorbook.state.people.me import Me
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current
from mentorbook.state.zone_choice import ZoneChoice

# Longer than a name may be: one is told what is allowed, and loses nothing.
_LONGEST = 200
_SETTINGS = "settings"


class SettingsDraft(Draft):
    """Name and zone as they stand in the form, and the account's when the form last had the same."""

    name: str = Field(max_length=_LONGEST)
    zone: str = Field(max_length=100)
    seen: dict[Literal["name", "timezone"], Annotated[str, Field(max_length=100)]]


class ProfileForm(KeepsDraft, ZoneChoice, rx.State):
    """What people may change about themselves: `name` and `zone`, as they stand in the form.

    What is entered is kept in the tab until it is saved; what is not follows the account.
    """

    name: str = ""
    name_error: str = ""
    zone_error: str = ""
    saved: bool = False

    # The account's name and zone as they were when the form last had the same: what differs has been entered.
    _seen: dict[str, str] = {}

    @rx.var
    def is_changed(self) -> bool:
        """Say whether something is entered that is not saved."""
        return bool(self._entered())

    @action("member")
    async def arrive(self, actor: Account) -> Any:
        """Load the form for the settings page, and over it what was entered in this tab and is not saved."""
        live.follow(self, [actor.id])
        self._tell({})
        self.saved = False
        self._load(actor)
        # What was pressed before another server was there is void: it has what is entered by now.
        self._take_over()

    @action("member")
    async def edit(self, actor: Account, name: Annotated[str, Field(max_length=2000)]) -> Any:
        """Keep the name as it is typed.

        What was typed right before it was saved may be heard of after it, and is what was saved.
        """
        self._begin(actor)
        self.name = actor.name if name.strip() == actor.name else name[:_LONGEST]
        self._keep_entered()

    @action("member")
    async def save(self, actor: Account, form: Form) -> Any:
        """Save what was entered, unless that was changed elsewhere meanwhile; the frame shows it at once."""
        self._tell({})
        self.saved = False
        with self._answering("save"):
            self._begin(actor)
            self.name = form.get("name", self.name)
            account = await call(update_profile, actor, self._entered(), dict(self._seen))
        self._show(account)
        self._drop_draft()
        me = await self.get_state(Me)
        await me._show(account)
        self.saved = True

    def _entered(self) -> dict[str, str]:
        """Return what was entered, by the account's names."""
        if not self._seen:
            return {}
        stands = {"name": self.name, "timezone": self.zone}
        seen = {"name": self._seen["name"], "timezone": present_name(self._seen["timezone"])}
        return {name: value for name, value in stands.items() if value != seen[name]}

    def _begin(self, actor: Account) -> None:
        """Load the form where the page was there before the server was."""
        if not self._seen:
            self._load(actor)

    def _load(self, actor: Account) -> None:
        self._show(actor)
        kept = self._kept(SettingsDraft, _SETTINGS)
        if kept is not None and is_zone(kept.zone):
            self.name, self._seen = kept.name, self._seen | dict(kept.seen)
            self._start_in(kept.zone)
            self._meet(actor)

    def _show(self, actor: Account) -> None:
        """Show the account, and nothing that was entered."""
        self._seen = {"name": actor.name, "timezone": actor.timezone}
        self.name = actor.name
        if self.zone != present_name(actor.timezone):
            self._start_in(actor.timezone)
            self._take_over()

    def _meet(self, actor: Account) -> None:
        """Show the account as it is by now where nothing else was entered."""
        entered, typed, chosen, before = self._entered(), self.name, self.zone, self._seen
        self._show(actor)
        if "name" in entered and typed != actor.name:
            self.name, self._seen = typed, self._seen | {"name": before["name"]}
        if "timezone" in entered and chosen != self.zone:
            self._seen = self._seen | {"timezone": before["timezone"]}
            self._start_in(chosen)

    def _keep_entered(self) -> None:
        self.saved = False
        if self._entered():
            seen = cast(dict[Literal["name", "timezone"], str], dict(self._seen))
            self._keep(SettingsDraft(about=_SETTINGS, name=self.name, zone=self.zone, seen=seen))
        else:
            self._drop_draft()

    async def _zone_chosen(self, actor: Account | None) -> Any:
        self.zone_error = ""
        if actor is not None:
            chosen = self.zone
            self._begin(actor)
            self._start_in(chosen)
            self._keep_entered()

    async def _follow(self) -> None:
        """Show what was saved in another tab, except over what is entered here."""
        actor = await current(self)
        if actor is None:
            self.name, self._seen = "", {}
            return
        before = (self.name, self.zone)
        self._meet(actor)
        if (self.name, self.zone) != before:
            self.saved = False

    async def _refused(self, error: DomainError) -> Any:
        if isinstance(error, AccountChanged):
            # It has been said now: saving once more replaces it.
            self._seen = self._seen | error.present
            zone = error.present.get("timezone")
            self.name_error = overtaken_sentence("Your name", error.present.get("name"))
            self.zone_error = overtaken_sentence("Your time zone", zone and place(zone))
            self._keep_entered()
        elif isinstance(error, ValidationFailed):
            self._tell(error.fields)
        return rx.call_script(FOCUS_PROBLEM) if self.name_error or self.zone_error else None

    def _tell(self, fields: dict[str, str]) -> None:
        self.name_error = field_sentence("Your name", fields.get("name"))
        self.zone_error = field_sentence("Your time zone", fields.get("timezone"))
