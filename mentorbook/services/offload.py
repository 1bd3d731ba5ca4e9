"""Services block on the database; this takes them off the event loop."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# More threads than cores: they wait for disk and network, not for the processor.
_calls = ThreadPoolExecutor(max_workers=8, thread_name_prefix="service")


async def call(service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service call in a thread and wait for its answer or its error.

    Cancelling the caller does not stop the call: it commits or fails as a whole.
    """
    work = functools.partial(service, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_calls, work)
