"""What proves who somebody is: logging in, registering and changing the password, off the event loop."""

from dataclasses import dataclass, field
from typing import Any

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import RateLimited, ValidationFailed
from mentorbook.domain.schemas import ChangePassword, LogIn, Register, parse
from mentorbook.domain.views import Account, LoginsEnded
from mentorbook.services import change_feed
from mentorbook.services.offload import call
from mentorbook.services.people import accounts, known_devices, login_throttle, logins
from mentorbook.services.people.password_hashing import Place, call_hashing


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


def replace_password(
    actor: Account, request: ChangePassword | dict[str, Any], browser: Browser
) -> LoginsEnded:
    """Change the actor's own password, end every other log-in and delete every other known browser.

    Raises `ValidationFailed`, also for a wrong present password, and `RateLimited` after several of them.
    """
    wanted = parse(ChangePassword, request)
    guesser = login_throttle.Guesser(
        f"password of {actor.id}", login_throttle.network(browser.address), str(actor.id)
    )
    login_throttle.admit(guesser)
    with read_transaction() as session:
        before = session.get_one(User, actor.id).password_hash
    if not accounts.check_password(wanted.current_password, before):
        login_throttle.failed(guesser)
        raise ValidationFailed({"currentPassword": "is not your present password"})
    login_throttle.passed(guesser)
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
    change_feed.announce([actor.id])
    return LoginsEnded(ended=ended)
