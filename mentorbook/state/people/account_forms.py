"""Log in, register, settings. Passwords pass through a handler's form data and are kept nowhere."""

import json
import re
from secrets import token_hex
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.presenters.field_errors import CREDENTIALS_MISSING, field_sentence
from mentorbook.presenters.people.logins import AFTER_RESET
from mentorbook.presenters.refusals import refusal
from mentorbook.services.offload import call
from mentorbook.services.people import accounts, credentials
from mentorbook.state.action import action, browser_zone
from mentorbook.state.answers import Answers
from mentorbook.state.socket.browser import browser_of
from mentorbook.state.zone_choice import ZoneChoice

# Longer than any field may be: the schemas say what is wrong with a value that is merely too long.
Form = dict[str, Annotated[str, Field(max_length=2000)]]

_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,400}")
_AFTER_LOG_IN = ("/login", "/register", "/forgot", "/reset", "/confirm", "/api/")

_PROBLEMS = "main [aria-invalid=true], main [data-problem]"
FOCUS_PROBLEM = f"setTimeout(() => document.querySelector('{_PROBLEMS}')?.focus(), 60)"
_LAPSED = "That log-in lapsed on the way. Log in again."


def own_path(wanted: str) -> str:
    """Return where to go after the log-in: `wanted` if it is a path of this site, else the first page."""
    if not _OWN_PATH.fullmatch(wanted) or wanted.startswith(_AFTER_LOG_IN) or urlsplit(wanted).netloc:
        return "/"
    return wanted


class LogIn(Answers, rx.State):
    """The log-in form: `problem` is about the attempt, `told` about what led here."""

    problem: str = ""
    told: str = ""
    next_query: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """Reset the log-in form; send a viewer who is logged in already on at once."""
        asked = self.router.url.query_parameters
        goal = own_path(asked.get("next", "/"))
        if actor is not None:
            return rx.call_script(f"window.location.replace({json.dumps(goal)})")
        self.problem = _LAPSED if asked.get("lapsed") else ""
        self.told = AFTER_RESET if asked.get("changed") else ""
        self.next_query = f"?next={quote(goal, safe='/')}" if goal != "/" else ""

    @action("anyone")
    async def submit(self, form: Form) -> Any:
        """Check the credentials and exchange them for the cookie; the page waits until it is another."""
        self.problem = self.told = ""
        yield
        yield await self._enter(form)

    async def _enter(self, form: Form) -> Any:
        given = {"email": form.get("email", ""), "password": form.get("password", "")}
        if not given["email"].strip() or not given["password"]:
            raise ValidationFailed({}, CREDENTIALS_MISSING)
        proven = await credentials.log_in(given, browser_of(self))
        goal = own_path(self.router.url.query_parameters.get("next", "/"))
        return await _take_cookie(self, proven.account, goal, proven)

    async def _refused(self, error: DomainError) -> Any:
        self.problem = refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)


class Registration(ZoneChoice, rx.State):
    """The form of a new account; what is wrong stands at each field.

    `refused_zone` is another after each zone that was refused: until then the page shows what was chosen
    there, which a server that was restarted since does not know.
    """

    refused_zone: str = ""
    problem: str = ""
    name_error: str = ""
    email_error: str = ""
    password_error: str = ""
    shows_password: bool = False
    next_query: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """Reset the form; send a viewer who is logged in, and so has an account already, on at once."""
        goal = own_path(self.router.url.query_parameters.get("next", "/"))
        if actor is not None:
            return rx.call_script(f"window.location.replace({json.dumps(goal)})")
        self._tell({})
        self.shows_password = False
        self.next_query = f"?next={quote(goal, safe='/')}" if goal != "/" else ""
        self._start_in(browser_zone(self))

    @action("anyone")
    async def toggle_password(self) -> Any:
        """Show what is typed, or hide it again."""
        self.shows_password = not self.shows_password

    @action("anyone")
    async def submit(self, form: Form) -> Any:
        """Create the account and log in; the page waits until it is another."""
        self._tell({})
        yield
        yield await self._create(form)

    async def _create(self, form: Form) -> Any:
        given = {name: form.get(name, "") for name in ("name", "email", "password")}
        # The page may have shown it since before the server was restarted.
        given["timezone"] = form.get("timezone") or self.zone
        account = await credentials.register(given, self.router.session.client_ip)
        return await _take_cookie(self, account, own_path(self.router.url.query_parameters.get("next", "/")))

    async def _refused(self, error: DomainError) -> Any:
        fields = error.fields if isinstance(error, ValidationFailed) else {}
        self._tell(fields)
        if "timezone" in fields:
            self.refused_zone = token_hex(4)
        if not (self.name_error or self.email_error or self.password_error):
            self.problem = refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)

    def _tell(self, fields: dict[str, str]) -> None:
        self.problem = ""
        self.name_error = field_sentence("Your name", fields.get("name"))
        self.email_error = field_sentence("This address", fields.get("email"))
        self.password_error = field_sentence("The password", fields.get("password"))


async def _take_cookie(
    state: rx.State, account: Account, goal: str, proven: accounts.ProvenPassword | None = None
) -> Any:
    """Return the event that exchanges a ticket for the cookie, and goes on by a full navigation."""
    session = state.router.session
    ticket = await call(
        accounts.issue_ticket,
        account.id,
        address=session.client_ip,
        agent=state.router.headers.user_agent,
        proven=proven,
    )
    again = f"/login?lapsed=1&next={quote(goal, safe='/')}"
    return rx.call_script(
        "fetch('/api/auth/ticket', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        f" body: JSON.stringify({{ticket: {json.dumps(ticket)}}})}})"
        ".then((answer) => { if (!answer.ok) throw new Error(); "
        f"window.location.assign({json.dumps(goal)}) }})"
        f".catch(() => window.location.assign({json.dumps(again)}))"
    )
