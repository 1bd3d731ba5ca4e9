"""Tables as CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from pydantic.alias_generators import to_camel

MOST_ROWS = 100_000
_BYTE_ORDER_MARK = "\ufeff"


class Spreadsheet:
    """A table as CSV text.

    It begins with a byte-order mark, without which a spreadsheet does not read it as UTF-8, and a header of
    the same names as in JSON. A cell that a spreadsheet would run as a formula is quoted with an apostrophe.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._text = io.StringIO()
        self._text.write(_BYTE_ORDER_MARK)
        self._table = csv.writer(self._text)
        self._table.writerow(to_camel(name) for name in names)

    def add(self, cells: Iterable[Any]) -> None:
        """Add a row."""
        self._table.writerow([_harmless(cell) for cell in cells])

    def say(self, sentence: str) -> None:
        """Add a line that is no row."""
        self._table.writerow([sentence])

    @property
    def text(self) -> str:
        """Return the table as it is so far."""
        return self._text.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
