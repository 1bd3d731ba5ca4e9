// The meeting itself, and with it all of LiveKit: this file is fetched when somebody joins.
import { createElement as h, useEffect, useRef, useState } from "react";
import { RoomAudioRenderer, RoomContext, useAudioPlayback, useConnectionQualityIndicator, useConnectionState, useLocalParticipant, useRemoteParticipants, useTracks } from "@livekit/components-react";
import { ConnectionState, Track } from "livekit-client";
import { CalendarCheck, Clock, LoaderCircle, SignalHigh, SignalLow, SignalZero, TriangleAlert, Volume2 } from "lucide-react";
import { Controls } from "./controls.js";
import { Dark } from "./dark.js";
import { DeviceMenu } from "./device_menu.js";
import { wantedFor } from "./devices.js";
import { useMeeting } from "./meeting.js";
import { button, icon, note, say } from "./parts.js";
import { Missing, Screen, Tile } from "./tiles.js";
import { lengthOf, useServerNow } from "./time.js";

const BARS = { excellent: SignalHigh, good: SignalHigh, poor: SignalLow, lost: SignalZero };
const WARNED = 300_000; // milliseconds before the room closes
const WIDE = "(min-width: 821px)";

export function Stage({ pass, choices, facts, me, words, unread, recording, onChat, onEnd, children }) {
  const meeting = useMeeting({ pass, choices, media: facts.media, onEnd });
  return h(RoomContext.Provider, { value: meeting.room },
    h(RoomAudioRenderer),
    h(Inside, { meeting, facts, me, words, unread, recording, onChat, onLeave: () => onEnd("left", true) }, children));
}

function Inside({ meeting, facts, me, words, unread, recording, onChat, onLeave, children }) {
  const { room, problems, pending, turnTo, dismiss } = meeting;
  const state = useConnectionState(), others = useRemoteParticipants(), own = useLocalParticipant();
  const tracks = useTracks([Track.Source.Camera, Track.Source.ScreenShare]);
  const isWritten = facts.media.length === 0;
  const [isChatOpen, setChatOpen] = useState(() => isWritten || window.matchMedia(WIDE).matches);
  useEffect(() => { onChat?.(isChatOpen); }, [isChatOpen]);
  useEffect(() => {
    // Beside the stage it may stay; over it only when somebody asks for it.
    const wide = window.matchMedia(WIDE), changed = () => setChatOpen(isWritten || wide.matches);
    wide.addEventListener("change", changed);
    return () => wide.removeEventListener("change", changed);
  }, [isWritten]);
  const other = others[0], names = wantedFor(facts.media), first = { name: facts.first_name };
  const person = { name: facts.name, initials: facts.initials, picture: facts.picture };
  const trackOf = (participant, source) => tracks.find((each) => each.participant === participant && each.source === source);
  const screen = other && trackOf(other, Track.Source.ScreenShare);
  const isConnecting = state === ConnectionState.Connecting || state === ConnectionState.Disconnected;
  const was = useRef(false);
  if (other) was.current = true;

  const middle = isConnecting
    ? h("div", { className: "room-middle" }, icon(LoaderCircle), h("p", null, words.connecting))
    : h("div", { className: `tiles ${screen ? "with-screen" : ""} ${names.includes("camera") ? "" : "side-by-side"}` },
      screen && h(Screen, { track: screen, name: facts.first_name, words }),
      other
        ? h(Tile, { participant: other, person, track: trackOf(other, Track.Source.Camera), isSmall: Boolean(screen), words })
        : h(Missing, { person, said: say(was.current ? words.otherLeft : words.otherMissing, first), more: say(was.current ? words.otherLeftMore : words.otherMissingMore, first) }),
      h(Tile, { participant: room.localParticipant, person: me, track: trackOf(room.localParticipant, Track.Source.Camera), isOwn: true, isSmall: names.includes("camera"), words }));

  const on = { microphone: own.isMicrophoneEnabled, camera: own.isCameraEnabled, screen: own.isScreenShareEnabled };
  return h(Dark, { label: words.room, testid: "room" },
    h(Head, { facts, words, participant: room.localParticipant }),
    recording,
    h("div", { className: "room-body", "data-chat": isChatOpen ? "open" : "closed", "data-written": isWritten ? "" : undefined },
      isWritten ? null : h("section", { className: "stage", "aria-label": words.stage, "data-state": state }, middle),
      h("div", { className: "room-notes" },
        h(Notes, { facts, words, problems, names, state, turnTo, dismiss }),
        h(Sound, { words, room })),
      h("section", { className: "room-chat", hidden: !isChatOpen, "aria-label": words.messages, "data-testid": "room-chat" },
        h("h2", { className: "h3 chat-title" }, words.messages),
        isWritten && h("p", { className: "small muted chat-who", "data-testid": "chat-presence" }, isConnecting ? words.connecting : say(other ? words.otherHere : words.otherMissing, first)),
        children)),
    h(Controls, { names, mayShare: facts.media.includes("screen_share"), on, pending, words, unread, chat: isWritten ? null : isChatOpen, onToggle: turnTo, onChat: () => setChatOpen(!isChatOpen), onLeave },
      names.length ? h(DeviceMenu, { names, room, words, onChoose: meeting.choose }) : null),
    h(Said, { words, first, state, isHere: Boolean(other), isSharing: Boolean(screen), isOwnScreen: on.screen }));
}

function Head({ facts, words, participant }) {
  const { quality } = useConnectionQualityIndicator({ participant });
  return h("header", { className: "room-head" },
    h("span", { className: "mark" }, icon(CalendarCheck)),
    h("h1", { className: "clip" }, facts.title),
    h("p", { className: "muted clip room-with" }, say(words.withWhom, { name: facts.name })),
    h("div", { className: "grow" }),
    h(TimeLeft, { facts, words }),
    h("p", { className: "badge", "data-testid": "connection-quality", "data-quality": quality }, icon(BARS[quality] ?? SignalZero), h("span", { className: "sr-only" }, words.connection), words.qualities[quality] ?? words.qualities.unknown));
}

function TimeLeft({ facts, words }) {
  const now = useServerNow();
  const [tone, said] = now < facts.starts_at ? ["acc", say(words.startsIn, { left: lengthOf(facts.starts_at - now) })]
    : now < facts.ends_at ? ["ok", say(words.left, { left: lengthOf(facts.ends_at - now) })]
    : ["wait", say(words.overTime, { left: lengthOf(facts.closes_at - now) })];
  return h("p", { className: `badge num ${tone}`, role: "timer", "data-testid": "time-left" }, icon(Clock), said);
}

// What stands in the way, each with its way on; what passes by itself goes by itself.
function Notes({ facts, words, problems, names, state, turnTo, dismiss }) {
  const now = useServerNow(), closes = facts.closes_at - now;
  const isBack = state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting;
  return h("div", { role: "alert" },
    isBack && note("warn", LoaderCircle, { "data-testid": "reconnecting" }, h("b", null, words.reconnecting), " ", words.reconnectingMore),
    [...names, "screen"].filter((name) => problems[name]).map((name) => {
      const said = words.problems[`${name}_${problems[name]}`] ?? words.problems[`${name}_failed`];
      return note("warn", TriangleAlert, { key: name, "data-testid": `${name}-problem`, "data-problem": problems[name] },
        h("p", null, h("b", null, said.head)), h("p", null, said.text),
        h("div", { className: "row wrap note-acts" }, button("s", () => turnTo(name, true), {}, words.tryAgain), button("s g", () => dismiss(name), {}, words.close)));
    }),
    closes <= WARNED && closes > 0 && note("info", Clock, { "data-testid": "closes-soon" }, h("span", { "aria-hidden": true, className: "num" }, say(words.closesIn, { left: lengthOf(closes) })), h("span", { className: "sr-only" }, words.closesSoon)));
}

// Some browsers play no sound before a press.
function Sound({ words, room }) {
  const { canPlayAudio, startAudio } = useAudioPlayback(room);
  return canPlayAudio ? null : button("p", startAudio, { "data-testid": "start-sound" }, icon(Volume2), words.startSoundHere);
}

// What eyes see, in words for who listens: who came and went, and how the connection stands.
function Said({ words, first, state, isHere, isSharing, isOwnScreen }) {
  const [said, setSaid] = useState("");
  const before = useRef({ isHere, isSharing, isOwnScreen, state });
  useEffect(() => {
    const last = before.current;
    before.current = { isHere, isSharing, isOwnScreen, state };
    if (last.state !== state && state === ConnectionState.Connected) setSaid(last.state === ConnectionState.Connecting ? words.connected : words.backAgain);
    else if (last.isHere !== isHere) setSaid(say(isHere ? words.otherHere : words.otherLeft, first));
    else if (last.isSharing !== isSharing) setSaid(say(isSharing ? words.otherShares : words.otherStopped, first));
    else if (last.isOwnScreen !== isOwnScreen) setSaid(isOwnScreen ? words.youShare : words.youStopped);
  }, [isHere, isSharing, isOwnScreen, state]);
  return h("p", { role: "status", className: "sr-only", "data-testid": "room-said" }, said);
}
