"""The app's API in a process of its own for the benchmarks, with a no-op route to compare with."""

import os
import sys
from pathlib import Path

import uvicorn

from mentorbook.api.app import create_api
from mentorbook.api.gate import Gate
from mentorbook.db.engine import connect
from mentorbook.settings import settings
from mentorbook.web_server import configured


def build() -> Gate:
    """The API behind its gate, on the database of the settings; `/bench/noop` does nothing, and
    `/bench/resident` tells how many bytes of memory the process holds."""
    connect(settings.database)
    api = create_api()

    @api.get("/bench/noop")
    async def noop() -> dict[str, bool]:
        return {"ok": True}

    @api.get("/bench/resident")
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    return Gate(api, origins=settings.origins)


if __name__ == "__main__":
    uvicorn.Server(configured(build, factory=True, port=int(sys.argv[1]))).run()
