"""A letter: what a mail says, of which one pair of templates makes plain text and HTML."""

from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words. `facts` are rows of a label and lines, `action` is a button and where it leads.

    `small_print` says why one gets it; `leave` is the link to where one says what mail one wants.
    """

    subject: str
    heading: str
    greeting: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    action: tuple[str, str] | None = None
    after: tuple[str, ...] = ()
    small_print: str = ""
    leave: tuple[str, str] | None = None
    home: tuple[str, str] = field(default=("MentorBook", ""))


def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("mentorbook.presenters.mail"),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


_TEXT, _HTML = _template("letter.txt"), _template("letter.html")


def as_text(letter: Letter) -> str:
    """Render the letter as plain text."""
    return _TEXT.render(letter=letter)


def as_html(letter: Letter) -> str:
    """Render the letter as HTML, in which nothing that people wrote is markup."""
    return _HTML.render(letter=letter)
