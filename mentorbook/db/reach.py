"""Whether a database can be opened at all, for whoever has just written down its address."""

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from mentorbook.db.engine import Database


class NotReached(Exception):
    """The database cannot be opened; the message says so, and why, in one line and without its address."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database cannot be opened: {reason}.")


def check_reached(url: str) -> None:
    """Open one connection to the database, and close it. Raises `NotReached`."""
    try:
        database = Database(url)
        try:
            database.engine.connect().close()
        finally:
            database.close()
    except DBAPIError as error:
        raise NotReached(_first_line(error.orig)) from error
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise NotReached(
            "it must be an address like postgresql+psycopg://user:password@host/name or sqlite:////path/file.db"
        ) from None
    except OSError as error:
        raise NotReached(_first_line(error)) from error


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
