"""Find out whether somebody is still at the other end of a socket that looks open, and cut it."""

import asyncio
import contextlib
from typing import Any

from engineio.packet import PING, PONG, Packet
from reflex.app import App


async def answers(app: App, namespace: str, sid: str, within: float) -> bool:
    """Say whether the socket answers a ping of its own within so many seconds; close one that does not.

    The server's regular pings would take twenty seconds to detect it. Their schedule is not affected: the
    answer to this ping does not reach them.
    """
    socket = _socket_of(app, namespace, sid)
    if socket is None or socket.closed:
        return False
    heard, regular = asyncio.Event(), socket.receive

    async def receive(packet: Packet) -> None:
        if packet.packet_type == PONG and not heard.is_set():
            heard.set()
            return
        await regular(packet)

    socket.receive = receive
    try:
        await socket.send(Packet(PING))
        await asyncio.wait_for(heard.wait(), within)
    except Exception:
        # Nothing came back, or nothing could be sent.
        with contextlib.suppress(Exception):
            await socket.close(wait=False, abort=True)
        return False
    finally:
        if socket.receive is receive:
            socket.receive = regular
    return True


async def cut(app: App, namespace: str, sid: str) -> None:
    """Cut a socket as a lost line would: its page connects anew, by itself."""
    socket = _socket_of(app, namespace, sid)
    if socket is not None and not socket.closed:
        await socket.close(wait=False, abort=True)
        # Without this its writer would wait for something to send, and the browser for a ping.
        await socket.queue.put(None)


def _socket_of(app: App, namespace: str, sid: str) -> Any:
    assert app.sio is not None  # noqa: S101 - the socket came over it
    return app.sio.eio.sockets.get(app.sio.manager.eio_sid_from_sid(sid, namespace))
