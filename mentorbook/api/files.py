"""Files to download."""

from fastapi import Response


def as_csv(name: str, text: str) -> Response:
    """Return a table as a file to download; `name` is without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
