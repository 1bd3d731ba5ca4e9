// One connection to a LiveKit room: connecting, sending what was chosen, and why it ended.
import { useEffect, useRef, useState } from "react";
import { ConnectionError, ConnectionErrorReason, DefaultReconnectPolicy, DisconnectReason, ParticipantEvent, Room, RoomEvent, Track, TrackEvent, setLogLevel } from "livekit-client";
import { keepChoice, keptChoices, problemOf, wantedFor } from "./devices.js";
import { isTooLong } from "./join.js";

// Its own log names rooms and people, and nobody reads it.
setLogLevel("silent");

const CONNECTING = { maxRetries: 1, peerConnectionTimeout: 15_000, websocketTimeout: 15_000 };
const SWITCHES = { microphone: "setMicrophoneEnabled", camera: "setCameraEnabled", screen: "setScreenShareEnabled" };
const SOURCE = { microphone: Track.Source.Microphone, camera: Track.Source.Camera, screen: Track.Source.ScreenShare };
const KINDS = { microphone: "audioinput", camera: "videoinput" };
const SHARING = { audio: true, selfBrowserSurface: "exclude" };
const SOURCES = { [Track.Source.Microphone]: "microphone", [Track.Source.Camera]: "camera" };
const ENDS = {
  [DisconnectReason.CLIENT_INITIATED]: "left",
  [DisconnectReason.DUPLICATE_IDENTITY]: "duplicate",
  [DisconnectReason.PARTICIPANT_REMOVED]: "removed",
  [DisconnectReason.ROOM_DELETED]: "ended",
  [DisconnectReason.ROOM_CLOSED]: "ended",
};

const PATIENT = new DefaultReconnectPolicy();
const LOOKS_EVERY = 5_000; // milliseconds

const endOf = (reason) => ENDS[reason] ?? "lost";

// Why there is no connection. A room that LiveKit does not know is made anew when the app is asked again.
function refusalOf(error) {
  if (!(error instanceof ConnectionError)) return "unreachable";
  if (error.reason === ConnectionErrorReason.LeaveRequest) return endOf(error.context);
  if (error.reason !== ConnectionErrorReason.NotAllowed) return "unreachable";
  return error.status === 404 ? "lost" : "refused";
}

const problemOfSending = (error) => (error?.name === "NotAllowedError" || error instanceof DOMException ? problemOf(error) : error?.name === "DeviceUnsupportedError" ? "unsupported" : "unsent");

// `choices` says with which devices one comes, and keeps what is on, so that a lost connection comes back with it.
export function useMeeting({ pass, choices, media, onEnd }) {
  const awakeAt = useRef(Date.now()); // when this page was last seen to run
  const [room] = useState(() => new Room({
    reconnectPolicy: { nextRetryDelayInMs: (tries) => (isTooLong(awakeAt.current) ? null : PATIENT.nextRetryDelayInMs(tries)) },
    adaptiveStream: true,
    dynacast: true,
    audioCaptureDefaults: { deviceId: choices.current.microphone.id ? { ideal: choices.current.microphone.id } : undefined },
    videoCaptureDefaults: { deviceId: choices.current.camera.id ? { ideal: choices.current.camera.id } : undefined },
  }));
  const [problems, setProblems] = useState({});
  const [pending, setPending] = useState({}); // what each device that is being turned on or off shall be
  const wishes = useRef({}), publishing = useRef({}), isGone = useRef(false), opened = useRef(new Set()), ending = useRef(onEnd);
  ending.current = onEnd;

  const problem = (name, code) => setProblems((before) => ({ ...before, [name]: code }));
  const stopAll = () => opened.current.forEach((track) => track.stop());
  // Opened here and not by LiveKit, which keeps a camera on for as long as it hopes to send its picture.
  const open = async (name) => {
    const own = room.localParticipant;
    const tracks = await (name === "screen" ? own.createScreenTracks(SHARING) : own.createTracks({ audio: name === "microphone", video: name === "camera" }));
    for (const track of tracks) opened.current.add(track);
    if (isGone.current) return;
    // Turned off while the browser still asked.
    if (!wishes.current[name]) return tracks.forEach((track) => track.stop());
    publishing.current[name] = tracks;
    try {
      await Promise.all(tracks.map((track) => own.publishTrack(track)));
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    } finally {
      delete publishing.current[name];
    }
  };
  const apply = async (name, isOn) => {
    const own = room.localParticipant, isThere = () => own.getTrackPublication(SOURCE[name]);
    if (isOn && !isThere()) await open(name);
    if (isThere()) await own[SWITCHES[name]](wishes.current[name]);
  };
  // Each device by itself: a press is never refused, least of all one that turns something off. What is pressed while
  // a device is being opened counts as soon as it has been, and it sends nothing until then.
  const turnTo = async (name, isOn) => {
    if (isGone.current) return;
    const isBusy = name in wishes.current;
    wishes.current[name] = isOn;
    setPending({ ...wishes.current });
    problem(name, "");
    if (choices.current[name]) choices.current = { ...choices.current, [name]: { ...choices.current[name], isOn } };
    if (!isOn) publishing.current[name]?.forEach((track) => track.mute());
    if (isBusy) return;
    while (name in wishes.current && !isGone.current) {
      const wish = wishes.current[name];
      let failure = "";
      try {
        await apply(name, wish);
      } catch (error) {
        failure = problemOfSending(error);
      }
      if (wishes.current[name] !== wish) continue;
      delete wishes.current[name];
      setPending({ ...wishes.current });
      if (failure) problem(name, failure);
    }
    if (isGone.current) stopAll();
  };

  const choose = async (name, id) => {
    problem(name, "");
    // Kept at once: it is their choice, whether or not they stay until it has been opened.
    choices.current = { ...choices.current, [name]: { ...choices.current[name], id } };
    keepChoice(name, { ...keptChoices()[name], id });
    try {
      await room.switchActiveDevice(KINDS[name], id);
    } catch (error) {
      problem(name, problemOfSending(error));
    }
  };

  useEffect(() => {
    let isOver = false, isConnected = false;
    const end = (code) => {
      if (isOver) return;
      isOver = true;
      ending.current(code, isConnected);
    };
    // What was unplugged: LiveKit looks for another device, and says nothing when there is none.
    const published = (publication) => {
      const name = SOURCES[publication.source];
      if (!name) return;
      publication.track?.on(TrackEvent.Ended, () => problem(name, "unplugged"));
      publication.track?.on(TrackEvent.Restarted, () => problem(name, ""));
    };
    // A computer that slept is not back in the meeting by itself: its owner may have gone on with another one.
    const looking = setInterval(() => {
      if (isTooLong(awakeAt.current)) end("away");
      else awakeAt.current = Date.now();
    }, LOOKS_EVERY);
    room.on(RoomEvent.Disconnected, (reason) => isConnected && end(isTooLong(awakeAt.current) ? "away" : endOf(reason)));
    room.localParticipant.on(ParticipantEvent.LocalTrackPublished, published);
    (async () => {
      try {
        await room.connect(pass.serverUrl, pass.token, CONNECTING);
      } catch (error) {
        return end(refusalOf(error));
      }
      isConnected = true;
      for (const name of wantedFor(media)) if (!isOver && choices.current[name].isOn) await turnTo(name, true);
    })();
    return () => {
      isOver = isGone.current = true;
      clearInterval(looking);
      stopAll();
      room.disconnect(true);
    };
  }, [room]);

  return { room, problems, pending, turnTo, choose, dismiss: (name) => problem(name, "") };
}
