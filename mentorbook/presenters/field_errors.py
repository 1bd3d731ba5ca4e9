"""What is wrong with a field of a form, as a sentence under it."""

REASON_MISSING = "Choose a reason."
TITLE_MISSING = "Say in a few words what it is about."
CREDENTIALS_MISSING = "Enter your e-mail and your password."


def field_sentence(subject: str, what: str | None) -> str:
    """Return `The password must not be empty.` of the subject and what is wrong; empty when nothing is."""
    return f"{subject} {what}." if what else ""


def overtaken_sentence(subject: str, present: str | None) -> str:
    """Say that what would be overwritten was changed elsewhere, to what; empty when nothing was."""
    if present is None:
        return ""
    return f"{subject} was changed elsewhere meanwhile, to “{present}”. Save again to have this instead."


def title_error(why: str | None, typed: str) -> str:
    """Say what is wrong with the title that was typed for a session."""
    if why and not typed.strip():
        return TITLE_MISSING
    return field_sentence("It", why)


def details_error(why: str, typed: str) -> str:
    """Say what is wrong with the details that were typed beside a reason."""
    return field_sentence("It", why) if typed.strip() else "Say in a few words why."
