"""What MentorBook needs from outside, as small protocols; the composition root plugs the adapters in."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.mail import Mail
from mentorbook.domain.meeting.video import Participant, RoomPass, VideoEvent
from mentorbook.domain.money.payments import Charge, ChargeEvent, ChargeOrder, OpenedCharge


class ProviderDown(Exception):
    """Raised by an adapter when the provider did not do it now; the outbox tries again later."""


class RecordingRefused(Exception):
    """Raised for a recording that the video server does not begin, and will not at another try either."""


class NotGenuine(Exception):
    """Raised for what claims to come from a provider and does not."""


class VideoRooms(Protocol):
    """A server that holds meeting rooms, and passes that let people in."""

    browser_url: str
    """Where browsers connect to: `ws://…` or `wss://…`."""

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        """Create the room unless it exists. Raises `ProviderDown`.

        It waits `empty_timeout` seconds for the first to come, and a minute for whoever left it to come back.
        """

    async def participants(self, name: str) -> list[Participant]:
        """List who is in a room; nobody is in one that does not exist. Raises `ProviderDown`."""

    def token(self, given: RoomPass) -> str:
        """Return what a browser shows the server to be let in by this pass."""

    def read_event(self, body: bytes, authorization: str) -> VideoEvent:
        """Return the event that a call from the server tells. Raises `NotGenuine`."""

    async def delete_room(self, name: str) -> None:
        """Delete the room if it exists; everybody in it is disconnected. Raises `ProviderDown`."""

    async def start_recording(self, room: str, folder: str) -> str:
        """Record what happens in a room into a file of this folder; returns the recording's id.

        One that runs already goes on, so that it may be asked for twice. Raises `ProviderDown`,
        `RecordingRefused`.
        """

    async def stop_recording(self, room: str) -> None:
        """End every recording of a room; none is no error. Raises `ProviderDown` while one goes on."""

    async def running_recordings(self) -> dict[str, list[str]]:
        """List what is being recorded: the ids of recordings, by rooms. Raises `ProviderDown`."""

    async def close(self) -> None:
        """Close the connections."""


class MailRefused(Exception):
    """Raised by an adapter for a mail that is not taken, although nothing is wrong with the provider.

    `is_final` when it will never be taken, so that no further try makes sense; `by_server` when the server
    has said so, which shows that it answers; `is_put_off` when it has said "not now" for a reason that may
    be no matter of this mail.
    """

    def __init__(self, why: str, *, is_final: bool, by_server: bool = True, is_put_off: bool = False) -> None:
        super().__init__(why)
        self.is_final, self.by_server, self.is_put_off = is_final, by_server, is_put_off


class Mailer(Protocol):
    """What mail leaves by. Sending the same mail twice is one mail twice, with the same Message-ID."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over, so that it is the other's to deliver. Raises `ProviderDown`, `MailRefused`."""


class PaymentRefused(Exception):
    """Raised by an adapter for what the provider does not do, and will not at another try either."""


class CardDeclined(Exception):
    """Raised for a card that is not accepted; the text is for its holder: `The card was declined.`"""


class PaymentProvider(Protocol):
    """What takes money. Whatever is asked twice under one key is done once, and answered alike."""

    way: PaymentWay
    card_form: "CardForm | None"
    """What takes a card here, where that is not done on the provider's own page."""

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Open a charge for its payer to pay. Raises `ProviderDown`, `PaymentRefused`."""

    async def charge(self, reference: str) -> Charge:
        """Return a charge as it is now. Raises `ProviderDown`, `PaymentRefused` where there is none."""

    async def close(self, reference: str) -> Charge:
        """Close an open charge, so that it can be paid no more; one that is paid meanwhile stays so.

        Raises `ProviderDown`, `PaymentRefused`.
        """

    async def capture(self, reference: str, amount_minor: int) -> Charge:
        """Capture so much of what is authorised, and release the rest; 0 releases all.

        Raises `ProviderDown`, `PaymentRefused`: also when it was captured or released in another amount.
        """

    async def refund(self, reference: str, refund_id: UUID, amount_minor: int) -> Charge:
        """Give back so much of what was captured. Raises `ProviderDown`, `PaymentRefused`."""

    async def charges_since(self, moment: datetime) -> list[Charge]:
        """List the charges that were opened since then, with what became of them. Raises `ProviderDown`."""

    def read_event(self, body: bytes, signature: str) -> ChargeEvent:
        """Return the event that a call from the provider tells. Raises `NotGenuine`."""

    async def close_connections(self) -> None:
        """Close the connections."""


class CardForm(Protocol):
    """What takes a card's number here in the app, which only the demo does: no card is real there."""

    async def present(self, reference: str, number: str) -> Charge:
        """Pay an open charge with a test card; one that is paid stays so. Raises `CardDeclined`,
        `ProviderDown`, `PaymentRefused`."""


class NotAPicture(Exception):
    """Raised for a file of which no picture can be made; the text says why: `is larger than …`."""


class PictureMaker(Protocol):
    """What makes a picture of an upload."""

    def __call__(self, upload: bytes) -> bytes:
        """Return the upload's middle as a square WebP of `SIDE` pixels, with nothing but its pixels.

        Takes JPEG, PNG and WebP, whatever they are called. Raises `NotAPicture`.
        """


class PictureStore(Protocol):
    """Where pictures are kept: each person's under names that none had before."""

    def keep(self, person: UUID, name: str, picture: bytes) -> None:
        """Keep a picture, so that it is there after a crash."""

    def read(self, person: UUID, name: str) -> bytes | None:
        """Return a picture, or `None` where there is none."""

    def drop(self, person: UUID, name: str) -> None:
        """Delete a picture if it is there."""

    def kept_longer_than(self, age: timedelta) -> list[tuple[UUID, str]]:
        """List the pictures that have been there for so long, with whose they are."""


class Clock(Protocol):
    """Where the present comes from."""

    def __call__(self) -> datetime:
        """Return the present as an aware UTC datetime."""
