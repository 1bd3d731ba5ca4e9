"""How the machinery stands, in words for an admin, by their own clock."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.kinds import MessageKind, NoticeKind, PaymentWay, Provider
from mentorbook.domain.system_views import (
    DeadMessage,
    ProviderState,
    QueueState,
    SystemState,
    WorkerState,
    is_late,
)
from mentorbook.presenters.dates import distance, moment
from mentorbook.presenters.notices import NOTICE_WORDS


@dataclass(frozen=True)
class SystemLine:
    """One worker or provider: its name, a badge with its tone, and what is known of it."""

    name: str
    badge: str
    tone: str
    text: str


@dataclass(frozen=True)
class DeadLetter:
    """One message that was given up: what it was, why it failed, since when; `href` leads to its session."""

    id: str
    title: str
    why: str
    since: str
    href: str


@dataclass(frozen=True)
class SystemWords:
    """The page: a sentence for the whole, figures of the queue, and the lists."""

    headline: str = ""
    tone: str = "ok"
    waiting: str = ""
    oldest: str = ""
    later: str = ""
    dead: str = ""
    version: str = ""


_PROVIDER_NAMES = {Provider.VIDEO: "Video rooms", Provider.MAIL: "Mail", Provider.PAYMENTS: "Payments"}
_NOT_SET_UP = {
    Provider.VIDEO: "Sessions have no room to join.",
    Provider.MAIL: "Nothing is mailed.",
}
MESSAGE_WORDS = {
    MessageKind.ROOM_CREATE: "Making the room of a session",
    MessageKind.ROOM_DELETE: "Deleting the room of a session",
    MessageKind.RECORDING: "Starting or stopping the recording of a session",
    MessageKind.MAIL_NOTICE: "Mail about a notice",
    MessageKind.MAIL_LINK: "Mail with a link to an account",
    MessageKind.MAIL_ACCOUNT: "Mail about an account",
    MessageKind.REMINDER: "Reminder of a session",
    MessageKind.PAYMENT_CAPTURE: "Taking the payment of a session from its card",
    MessageKind.PAYMENT_COMPARE: "Comparing payments with the provider, as an admin asked",
    MessageKind.PAYMENT_FOLLOW: "Doing what a payment is due: taking it, releasing it, giving it back",
}


def system_words(state: SystemState, *, zone: str, now: datetime, differences: int = 0) -> SystemWords:
    """Return the page's sentence and figures; payments differ in so many `differences` from the provider."""
    headline, tone = _headline(state, differences, zone, now)
    queue = state.queue
    return SystemWords(
        headline=headline,
        tone=tone,
        waiting=str(queue.waiting),
        oldest=_oldest(queue, now),
        later=str(queue.later),
        dead=str(queue.dead),
        version=f"MentorBook {state.version} on {state.database}",
    )


def _headline(state: SystemState, differences: int, zone: str, now: datetime) -> tuple[str, str]:
    if not any(worker.is_alive for worker in state.workers):
        return "No worker is running: nothing is delivered until one is.", "bad"
    down = [_PROVIDER_NAMES[each.provider] for each in state.providers if each.failing_since]
    if down:
        names = " and ".join(down).lower()
        return f"Not working: {names}. Everything waits, and nothing is lost.", "warn"
    if state.queue.oldest_due_at and is_late(state.queue.oldest_due_at, now):
        return _late(state.queue, moment(state.queue.oldest_due_at, zone, now)), "warn"
    if any(each.carrier and each.untold_at for each in state.providers):
        return "The video server does not tell who comes and goes. See below.", "warn"
    if differences:
        return "Our payments and the provider’s are not the same. See below in what.", "warn"
    if state.queue.dead:
        letters = "1 message was" if state.queue.dead == 1 else f"{state.queue.dead} messages were"
        return f"{letters} given up. See below why, and try again.", "warn"
    return "Everything is delivered.", "ok"


def _late(queue: QueueState, since: str) -> str:
    waits = "1 message waits" if queue.waiting == 1 else f"{queue.waiting} messages wait, the oldest"
    if queue.late_error is None:
        return f"{waits} since {since}. None of those that are late was tried."
    return f"{waits} since {since}. What most often comes back: {queue.late_error.rstrip('.')}."


def _oldest(queue: QueueState, now: datetime) -> str:
    if queue.oldest_due_at is None:
        return "Nothing waits."
    return f"The oldest was due {distance(queue.oldest_due_at, now)}."


def worker_line(worker: WorkerState, *, now: datetime) -> SystemLine:
    """Return the line of a worker."""
    words, tone = ("Running", "ok") if worker.is_alive else ("Gone", "")
    return SystemLine(worker.name, words, tone, f"Last sign of life {distance(worker.beat_at, now)}.")


def provider_line(provider: ProviderState, *, zone: str, now: datetime) -> SystemLine:
    """Return the line of a provider: where it is, and whether it does what it is asked."""
    name = _PROVIDER_NAMES[provider.provider]
    if provider.carrier is None:
        return SystemLine(name, "Not set up", "", _NOT_SET_UP[provider.provider])
    if provider.failing_since is not None:
        since, again = moment(provider.failing_since, zone, now), provider.next_try_at or now
        tried = f"Tried again {distance(again, now)}." if again > now else "Being tried again."
        error = (provider.last_error or "It failed").rstrip(".")
        return SystemLine(name, "Down", "bad", f"Since {since}. {error}. {tried}")
    if provider.untold_at is not None:
        text = (
            f"{provider.carrier}. Somebody came into a room {distance(provider.untold_at, now)}, and the "
            "server has told nothing since. Set its webhook to /api/livekit/webhook of this app, signed with "
            "the same key. Until then who comes and goes is noticed some seconds late."
        )
        return SystemLine(name, "No webhook", "wait", text)
    if provider.provider == Provider.PAYMENTS:
        return _payments_line(provider, now)
    delivered = provider.delivered_at
    last = f"Last delivered {distance(delivered, now)}." if delivered else "Nothing was delivered yet."
    if provider.carrier == "files":
        return SystemLine(name, "Kept as files", "wait", f"No mail server is set. {last}")
    return SystemLine(name, "Works" if delivered else "Set up", "ok", f"{provider.carrier}. {last}")


def _ago(instant: datetime, now: datetime) -> str:
    words = distance(instant, now)
    return "just now" if words == "now" else words


def _payments_line(provider: ProviderState, now: datetime) -> SystemLine:
    """Return the line of payments in each of the ways in which sessions may be paid."""
    name, done = _PROVIDER_NAMES[Provider.PAYMENTS], provider.delivered_at
    last = f"Last did what was due {_ago(done, now)}." if done else "Nothing was due yet."
    match PaymentWay(provider.carrier or PaymentWay.SETTLE):
        case PaymentWay.FREE:
            return SystemLine(name, "Free", "", "Every session is free, whatever its mentor asks for.")
        case PaymentWay.SETTLE:
            settled = "What a session costs is settled between its two people."
            return SystemLine(name, "Not taken here", "", settled)
        case PaymentWay.DEMO:
            return SystemLine(name, "Demo", "wait", f"Test cards only: no money moves. {last}")
        case PaymentWay.STRIPE:
            return SystemLine(name, "Works" if done else "Set up", "ok", f"Stripe. {last}")


def dead_letter(message: DeadMessage, *, zone: str, now: datetime) -> DeadLetter:
    """Return a message that was given up."""
    tries = "1 try" if message.attempts == 1 else f"{message.attempts} tries"
    return DeadLetter(
        id=str(message.id),
        title=_title(message),
        why=message.last_error or "Nobody knows why.",
        since=f"Due {moment(message.due_at, zone, now)}, {tries}",
        href=f"/sessions/{message.session_id}" if message.session_id else "",
    )


def _title(message: DeadMessage) -> str:
    kind = MessageKind(message.kind) if message.kind in list(MessageKind) else None
    if message.notice_kind in list(NoticeKind) and message.person_name:
        return f"Mail to {message.person_name}: {NOTICE_WORDS[NoticeKind(message.notice_kind)].title}"
    return MESSAGE_WORDS[kind] if kind else f"A message of another version ({message.kind})"
