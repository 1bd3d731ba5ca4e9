"""What a confirmation is about goes along with its press, as the page shows it at that moment."""

import re
from collections.abc import Callable

import pytest
from reflex.components.component import Component

from mentorbook.components.booking.booking_modal import booking_modal
from mentorbook.components.booking.cancel_dialog import cancel_dialog
from mentorbook.components.booking.reschedule_dialog import reschedule_dialog


@pytest.mark.parametrize(
    ("dialog", "name", "sent"),
    [
        (booking_modal, "booking_modal", {"terms": "summary"}),
        (cancel_dialog, "cancel_dialog", {"said": "words", "refund_minor": "words"}),
        (
            reschedule_dialog,
            "reschedule_dialog",
            {"start": "move_choice", "minutes": "move_choice", "refund_minor": "move"},
        ),
    ],
)
def test_a_confirmation_says_what_the_page_shows(
    dialog: Callable[[], Component], name: str, sent: dict[str, str]
) -> None:
    (given,) = set(re.findall(rf'{name}\.confirm", \(\{{(.*?)\}}\)', str(dialog().render())))
    found = dict(re.findall(r'\["(\w+)"\] : (.+?)(?:,|$)', given))
    # Expressions of the browser: of what is drawn, not what was so when the page was built.
    assert found.keys() == sent.keys()
    assert all(re.search(rf"\b{sent[key]}(_rx_state_)?\??\.", found[key]) for key in sent), found
