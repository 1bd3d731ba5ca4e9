#!/bin/sh
# Finds a Python that is new enough and lets it run bootstrap.py.
set -eu
cd "$(dirname "$0")/.."

for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then
        exec "$name" scripts/bootstrap.py "$@"
    fi
done
if command -v python3 >/dev/null 2>&1 && python3 -c '' >/dev/null 2>&1; then
    exec python3 scripts/bootstrap.py "$@" # which says what is wrong with it
fi
echo "MentorBook needs Python 3.11 or newer, and none was found: please install python3.11 (with its venv module)." >&2
exit 1
