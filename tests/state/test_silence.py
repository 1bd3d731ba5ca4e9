"""How soon a line that died without a word is taken for dead, by the page and by the server."""

from mentorbook.state.socket.tabs import TabNamespace


def test_a_silent_line_is_noticed_within_twenty_seconds() -> None:
    from mentorbook.mentorbook import app

    assert isinstance(app.event_namespace, TabNamespace)
    assert app.sio is not None
    # What the page is told when it connects.
    said = app.sio.eio
    assert said.ping_interval + said.ping_timeout <= 20
