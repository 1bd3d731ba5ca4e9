"""What proves who somebody is: logging in, registering and changing the password, off the event loop."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import RateLimited, ValidationFailed
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.schemas import (
    ChangeEmail,
    ChangePassword,
    FollowLink,
    LogIn,
    Register,
    ResetPassword,
    parse,
)
from mentorbook.domain.views import Account, LoginsEnded, OwnEmail
from mentorbook.services import change_feed
from mentorbook.services.offload import call
from mentorbook.services.people import (
    accounts,
    known_devices,
    login_throttle,
    logins,
    own_email,
    password_reset,
)
from mentorbook.services.people.account_links import look_at_link
from mentorbook.services.people.password_hashing import Place, call_hashing
from mentorbook.services.people.present_password import proven_hash


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that asks: the address it comes from, and the hashes of its two cookies."""

    address: str
    login: str = field(default="", repr=False)
    device: str = field(default="", repr=False)


async def log_in(request: LogIn | dict[str, Any], browser: Browser) -> accounts.ProvenPassword:
    """Verify credentials. Raises `WrongCredentials`, `RateLimited`, `ValidationFailed`."""
    attempt = await call(accounts.begin_log_in, request, address=browser.address, device=browser.device)
    try:
        return await call_hashing(attempt.guesser.place, accounts.finish_log_in, attempt)
    except RateLimited:
        await call(login_throttle.withdraw, attempt.guesser)
        raise


async def register(request: Register | dict[str, Any], address: str) -> Account:
    """Create an account. Raises `ValidationFailed`, `RateLimited`."""
    place = Place(login_throttle.network(address))
    return await call_hashing(place, accounts.register, request, address=address)


async def change_password(
    actor: Account, request: ChangePassword | dict[str, Any], browser: Browser
) -> LoginsEnded:
    """Run `replace_password` in the hashing queue. Raises what it raises."""
    place = Place(login_throttle.network(browser.address), str(actor.id))
    return await call_hashing(place, replace_password, actor, request, browser)


async def change_email(actor: Account, request: ChangeEmail | dict[str, Any], browser: Browser) -> OwnEmail:
    """Run `own_email.ask_to_change` in the hashing queue. Raises what it raises."""
    place = Place(login_throttle.network(browser.address), str(actor.id))
    return await call_hashing(place, own_email.ask_to_change, actor, request, address=browser.address)


async def reset_password(request: ResetPassword | dict[str, Any], address: str) -> UUID:
    """Run `password_reset.reset_password` in the hashing queue, where a link that does not work never comes.

    Raises what it raises, and `RateLimited`.
    """
    wanted = parse(ResetPassword, request)
    await call(look_at_link, FollowLink(token=wanted.token), LinkPurpose.RESET_PASSWORD)
    place = Place(login_throttle.network(address))
    return await call_hashing(place, password_reset.reset_password, wanted)


def replace_password(
    actor: Account, request: ChangePassword | dict[str, Any], browser: Browser
) -> LoginsEnded:
    """Change the actor's own password, end every other log-in and delete every other known browser.

    Raises `ValidationFailed`, also for a wrong present password, and `RateLimited` after several of them.
    """
    wanted = parse(ChangePassword, request)
    before = proven_hash(actor, wanted.current_password, address=browser.address)
    if wanted.new_password == wanted.current_password:
        raise ValidationFailed({"newPassword": "is the one you have already"})
    hashed = accounts.hash_password(wanted.new_password)
    with write_transaction() as session:
        user = session.get_one(User, actor.id, with_for_update=True)
        if user.password_hash != before:
            raise ValidationFailed({"currentPassword": "has been changed meanwhile"})
        user.password_hash = hashed
        ended = logins.delete_logins(session, actor.id, except_login=browser.login)
        known_devices.forget_others(session, actor.id, browser.device)
        password_reset.after_new_password(session, user)
    change_feed.announce([actor.id])
    return LoginsEnded(ended=ended)
