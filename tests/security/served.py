"""The whole app in a process of its own, which ends when its standard input closes.

A line there that holds an instant makes the app's clock stand at it; the answer is `ready`.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from mentorbook.services import clock
from mentorbook.serving import freeze_startup_objects
from mentorbook.state.socket import tabs
from tests.conftest import Hands
from tests.e2e.server import running_app

# A video server that is never asked: with it a session has a room, and somebody may join.
STILL: dict[str, Any] = {
    "worker": False,
    "livekit_url": "ws://127.0.0.1:9",
    "livekit_api_key": "key",
    "livekit_api_secret": SecretStr("secret"),
}


def main(folder: str, *, still: bool, doorless: bool, proxies: str) -> None:
    """Serve over a new database in `folder`; says the address.

    A `still` app has no worker; a `doorless` one, for positive controls, lets any log-in into any tab.
    """
    if doorless:
        tabs.install = lambda app: None
    with running_app(Path(folder), trusted_proxies=proxies, **(STILL if still else {})) as address:
        freeze_startup_objects()
        _say(f"serving {address}")
        if not still:
            sys.stdin.read()
            return
        hands = Hands()
        with clock.stand_at(hands):
            for line in sys.stdin:
                hands.now = datetime.fromisoformat(line.strip())
                _say("ready")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    behind = "127.0.0.1" if "--behind-a-proxy" in sys.argv else ""
    main(sys.argv[1], still="--still" in sys.argv, doorless="--doorless" in sys.argv, proxies=behind)
