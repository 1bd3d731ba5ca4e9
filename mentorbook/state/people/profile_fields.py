"""The fields of a mentor's own profile, as they are typed and chosen, and kept in the tab meanwhile."""

import json
from secrets import token_hex
from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.money.prices import is_currency
from mentorbook.domain.people.own_profile import (
    ABOUT_LENGTH,
    CITY_LENGTH,
    HEADLINE_LENGTH,
    LABEL_LENGTH,
    LINK_LENGTH,
    LONGEST_TOPIC,
    MOST_LANGUAGES,
    MOST_LINKS,
    MOST_TOPICS,
    TopicUpdate,
    languages,
)
from mentorbook.domain.schemas import parse
from mentorbook.domain.views import Account
from mentorbook.presenters.people.own_profile import Choice, LinkFields, languages_named
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.people.account_forms import Form

# Text is kept a little longer than is allowed, so that one is told what is allowed and loses nothing.
_LENGTHS = {"headline": HEADLINE_LENGTH, "about": ABOUT_LENGTH, "rate": 20, "city": CITY_LENGTH}
TEXTS = tuple(_LENGTHS)
_LINK_LENGTHS = {"url": LINK_LENGTH, "label": LABEL_LENGTH}
Place = Annotated[int, Field(ge=0, lt=MOST_LINKS)]


class ProfileDraft(Draft):
    """The fields as they were typed over the profile of this tag."""

    tag: str = Field(max_length=40)
    headline: str = Field(max_length=2 * HEADLINE_LENGTH)
    text: str = Field(max_length=2 * ABOUT_LENGTH)
    expertise: list[Annotated[str, Field(max_length=LONGEST_TOPIC)]] = Field(max_length=MOST_TOPICS)
    rate: str = Field(max_length=40)
    currency: str = Field(max_length=3)
    city: str = Field(max_length=2 * CITY_LENGTH)
    languages: list[Annotated[str, Field(max_length=3)]] = Field(max_length=MOST_LANGUAGES)
    links: list[
        tuple[
            Annotated[str, Field(max_length=2 * LINK_LENGTH)],
            Annotated[str, Field(max_length=2 * LABEL_LENGTH)],
        ]
    ] = Field(max_length=MOST_LINKS)
    is_available: bool


class ProfileFields(KeepsDraft, Answers, mixin=True):
    """What is in the form; `errors` has a sentence for each wrong control, by its id."""

    headline: str = ""
    about: str = ""
    expertise: rx.Field[list[str]] = rx.field(default_factory=list)
    rate: str = ""
    currency: str = ""
    city: str = ""
    spoken: rx.Field[list[Choice]] = rx.field(default_factory=list)
    links: rx.Field[list[LinkFields]] = rx.field(default_factory=list)
    is_available: bool = True
    errors: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    is_saved: bool = False
    # Another after each change that the page has counted as one by itself.
    counted: str = ""

    # The tag of the saved profile that the form was made from.
    _tag: str = ""

    @action("member")
    async def write(
        self, actor: Account, name: Literal["headline", "about", "rate", "city"], text: str
    ) -> Any:
        """Keep what is typed into a field."""
        setattr(self, name, text[: 2 * _LENGTHS[name]])
        self._edited(name)

    @action("member")
    async def choose_currency(self, actor: Account, code: str) -> Any:
        """Choose the currency of the rate."""
        if is_currency(code):
            self.currency = code
            self._edited("currency", "rate")

    @action("member")
    async def choose_available(self, actor: Account, is_available: bool) -> Any:
        """Choose whether bookings are taken."""
        self.is_available = is_available
        self._edited()

    @action("member")
    async def add_topic(self, actor: Account, form: Form) -> Any:
        """Add a topic, new or one of others; the field is emptied unless something else is typed by now."""
        typed = form.get("topic", "")
        with self._answering("topic"):
            if typed.strip():
                self._choose_topic(parse(TopicUpdate, {"topic": typed}).topic)
                self._take_over()
        return _empty_field("topic", typed)

    @action("member")
    async def choose_topic(self, actor: Account, topic: str) -> Any:
        """Add a topic of others, which the page shows as chosen already."""
        self._choose_topic(parse(TopicUpdate, {"topic": topic}).topic)

    @action("member")
    async def remove_topic(self, actor: Account, topic: str) -> Any:
        """Remove a topic, which the page shows as gone already."""
        self.expertise = [each for each in self.expertise if each != topic]
        self._edited("expertise")

    @action("member")
    async def add_language(self, actor: Account, form: Form) -> Any:
        """Add a language by its code."""
        code = form.get("language", "")
        codes = [each.value for each in self.spoken]
        with self._answering("language"):
            if code in languages() and code not in codes:
                if len(codes) >= MOST_LANGUAGES:
                    raise ValidationFailed({"languages": "too many"})
                self.spoken = languages_named([*codes, code])
                self._edited("languages")
                self._take_over()
        return _empty_field("language", code)

    @action("member")
    async def remove_language(self, actor: Account, code: str) -> Any:
        """Remove a language, which the page shows as gone already."""
        self.spoken = [each for each in self.spoken if each.value != code]
        self._edited("languages")

    @action("member")
    async def add_link(self, actor: Account) -> Any:
        """Add fields for one more link."""
        with self._answering("link"):
            if len(self.links) < MOST_LINKS:
                self.links = [*self.links, LinkFields()]
                self._edited()
        return rx.call_script(
            f"setTimeout(() => document.getElementById('link-{len(self.links) - 1}')?.focus(), 60)"
        )

    @action("member")
    async def remove_link(self, actor: Account, place: Place) -> Any:
        """Remove one of the links."""
        with self._answering("link"):
            self.links = [link for at, link in enumerate(self.links) if at != place]
            self._edited()

    @action("member")
    async def write_link(self, actor: Account, place: Place, name: Literal["url", "label"], text: str) -> Any:
        """Keep what is typed into a link's field."""
        kept = {name: text[: 2 * _LINK_LENGTHS[name]], f"{name}_error": ""}
        self.links = [
            LinkFields(**(vars(link) | kept)) if at == place else link for at, link in enumerate(self.links)
        ]
        self._edited()

    def _fields(self) -> dict[str, Any]:
        """Return the fields by their names on the wire; links without an address and a label are none."""
        return {
            "headline": self.headline,
            "about": self.about,
            "expertise": list(self.expertise),
            "rate": self.rate.strip(),
            "currency": self.currency,
            "city": self.city or None,
            "languages": [each.value for each in self.spoken],
            "links": [
                {"url": link.url.strip(), "label": link.label or None}
                for link in self.links
                if link.url.strip() or link.label.strip()
            ],
            "isAvailable": self.is_available,
        }

    def _choose_topic(self, topic: str) -> None:
        if topic.casefold() in (each.casefold() for each in self.expertise):
            self._take_over()
            return
        if len(self.expertise) >= MOST_TOPICS:
            raise ValidationFailed({"expertise": "too many"})
        self.expertise = [*self.expertise, topic]
        self._edited("expertise")

    def _edited(self, *names: str) -> None:
        """Keep what is typed, and show no more what was wrong with these fields."""
        self.errors = {name: why for name, why in self.errors.items() if name not in names}
        self.is_saved, self.counted = False, token_hex(4)
        if self._tag:
            self._keep(
                ProfileDraft(
                    about="profile",
                    tag=self._tag,
                    headline=self.headline,
                    text=self.about,
                    expertise=list(self.expertise),
                    rate=self.rate,
                    currency=self.currency,
                    city=self.city,
                    languages=[each.value for each in self.spoken],
                    links=[(link.url, link.label) for link in self.links],
                    is_available=self.is_available,
                )
            )

    def _resume(self, kept: ProfileDraft) -> None:
        """Show what was typed over the saved profile before the page was loaded anew."""
        self.headline, self.about, self.rate, self.city = kept.headline, kept.text, kept.rate, kept.city
        self.expertise, self.is_available = kept.expertise, kept.is_available
        self.currency = kept.currency if is_currency(kept.currency) else self.currency
        self.spoken = languages_named([code for code in kept.languages if code in languages()])
        self.links = [LinkFields(url, label) for url, label in kept.links]
        self._tag = kept.tag


def _empty_field(name: str, typed: str) -> Any:
    """Return the event that empties a field, unless something else is in it by now."""
    script = f"((field) => {{ if (field?.value === {json.dumps(typed)}) field.value = '' }})"
    return rx.call_script(f"{script}(document.getElementById('{name}'))")
