"""The `mentorbook` command: serving, accounts, roles, migrations, the worker on its own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn, TypeVar

import typer

from mentorbook import __version__, logs
from mentorbook.db.engine import Database, connect
from mentorbook.db.migrate import upgrade
from mentorbook.db.reach import NotReached, check_reached
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services import change_feed, demo_data
from mentorbook.services.availability import publishing
from mentorbook.services.change_sharing import sharing
from mentorbook.services.money.provider import paid_by
from mentorbook.services.people import accounts, mentor_directory
from mentorbook.settings import settings

Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Look after a MentorBook.")

_OFFICE_HOURS = tuple(WeeklyBlock(day, "09:00", "17:00", BlockType.AVAILABLE) for day in (1, 2, 3, 4, 5))


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"MentorBook {__version__}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Run MentorBook and manage its accounts, on the database that the MENTORBOOK_* variables name."""


@app.command()
def create_user(
    email: str,
    name: Annotated[str, typer.Option(prompt=True)],
    timezone: Annotated[str, typer.Option(help="IANA name, such as Europe/London.")] = "UTC",
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="MENTORBOOK_PASSWORD"),
    ] = "",
) -> None:
    """Create an account."""
    request = {"email": email, "name": name, "timezone": timezone, "password": password}
    with _beside_the_app():
        made = _or_exit(lambda: accounts.register(request, address="the command line"))
    typer.echo(f"Created {made.email}.")


@app.command()
def grant(
    email: str,
    role: Annotated[str, typer.Argument(help="mentor or admin")],
    headline: Annotated[str, typer.Option(help="For a mentor: what stands under the name.")] = "",
    rate: Annotated[str, typer.Option(help="For a mentor: price of an hour.")] = "0",
    currency: Annotated[str, typer.Option(help="For a mentor: ISO 4217 code.")] = "USD",
) -> None:
    """Make somebody a mentor (open on weekdays from 9 to 17, until they publish other hours) or an admin."""
    with _beside_the_app():
        account = _or_exit(lambda: accounts.account_by_email(email))
        if role == "admin":
            accounts.grant_admin(account.id)
        elif role == "mentor":
            if account.is_mentor:
                _fail(f"{email} is a mentor already.")
            price = _or_exit(lambda: mentor_directory.checked_rate(rate, currency))
            mentor_directory.publish_profile(
                account.id, mentor_directory.Profile(headline, "", (), price, currency)
            )
            publishing.publish_hours(account.id, publishing.Hours(weekly=_OFFICE_HOURS))
        else:
            _fail(f"There is no role {role!r}; it is mentor or admin.")
        change_feed.announce([account.id, change_feed.ACCOUNTS, change_feed.MENTORS])
    typer.echo(f"{email} is now {'a mentor' if role == 'mentor' else 'an admin'}.")


@app.command()
def seed_demo() -> None:
    """Write the demo accounts into an empty database."""
    if not settings.demo:
        _fail("Demo accounts have a published password. Set MENTORBOOK_DEMO=1 to say that you mean it.")
    _database()
    from mentorbook.providers import payment_provider

    with paid_by(payment_provider()):
        is_seeded = asyncio.run(demo_data.seed())
    typer.echo("Seeded." if is_seeded else "The database has people in it; nothing was changed.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema (every other command does so too)."""
    _database()
    typer.echo("The database is up to date.")


@app.command()
def serve() -> None:
    """Serve pages and API until stopped; without demo accounts, unless MENTORBOOK_DEMO=1."""
    from mentorbook.serving import serve as until_stopped

    until_stopped()


@app.command()
def livekit() -> None:
    """Run a LiveKit server on this machine, on loopback, with the keys in the data folder."""
    from mentorbook.video_server import run_until_stopped

    run_until_stopped()


@app.command()
def worker() -> None:
    """Deliver the outbox, expire requests and advance sessions by the clock, until stopped."""
    # Here, so that the other commands do not wait for the vendors' libraries to be imported.
    from mentorbook.providers import mailer, payment_provider, video_rooms
    from mentorbook.worker import Worker, run_until_signalled

    async def work() -> None:
        video, payments = video_rooms(), payment_provider()
        try:
            await run_until_signalled(Worker(video, mailer(), payments))
        finally:
            if video is not None:
                await video.close()
            if payments is not None:
                await payments.close_connections()

    with _beside_the_app(settings.log_level):
        asyncio.run(work())


def _database(log_level: str = "WARNING") -> Database:
    """Set the log up, and connect to the database at its newest schema."""
    logs.set_up(log_level)
    try:
        check_reached(settings.database)
    except NotReached as error:
        _fail(f"{settings.database_variable}: {error}")
    database = connect(settings.database)
    upgrade(database)
    return database


@contextmanager
def _beside_the_app(log_level: str = "WARNING") -> Iterator[None]:
    """Connect to the database while the block runs, and have the open pages of the app told of changes."""
    database = _database(log_level)
    try:
        with sharing(database, sends=True, receives=False):
            yield
    finally:
        database.close()


def _or_exit(step: Callable[[], Result]) -> Result:
    try:
        return step()
    except DomainError as error:
        _fail(error.detail)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
