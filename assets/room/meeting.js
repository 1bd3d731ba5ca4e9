// One connection to a LiveKit room: connecting, sending what was chosen, and why it ended.
import { useEffect, useRef, useState } from "react";
import { ConnectionError, ConnectionErrorReason, DisconnectReason, ParticipantEvent, Room, RoomEvent, Track, TrackEvent, setLogLevel } from "livekit-client";
import { keepChoice, keptChoices, problemOf, wantedFor } from "./devices.js";

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
  const [room] = useState(() => new Room({
    adaptiveStream: true,
    dynacast: true,
    audioCaptureDefaults: { deviceId: choices.current.microphone.id ? { ideal: choices.current.microphone.id } : undefined },
    videoCaptureDefaults: { deviceId: choices.current.camera.id ? { ideal: choices.current.camera.id } : undefined },
  }));
  const [problems, setProblems] = useState({});
  const [pending, setPending] = useState("");
  const isPending = useRef(false), isGone = useRef(false), opened = useRef(new Set()), ending = useRef(onEnd);
  ending.current = onEnd;

  const problem = (name, code) => setProblems((before) => ({ ...before, [name]: code }));
  const stopAll = () => opened.current.forEach((track) => track.stop());
  // Opened here and not by LiveKit, which keeps a camera on for as long as it hopes to send its picture.
  const open = async (name) => {
    const own = room.localParticipant;
    const tracks = await (name === "screen" ? own.createScreenTracks(SHARING) : own.createTracks({ audio: name === "microphone", video: name === "camera" }));
    for (const track of tracks) opened.current.add(track);
    if (isGone.current) return;
    try {
      await Promise.all(tracks.map((track) => own.publishTrack(track)));
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
  };
  const turnTo = async (name, isOn) => {
    if (isPending.current || isGone.current) return;
    isPending.current = true;
    setPending(name);
    problem(name, "");
    try {
      if (isOn && !room.localParticipant.getTrackPublication(SOURCE[name])) await open(name);
      else await room.localParticipant[SWITCHES[name]](isOn);
      if (choices.current[name]) choices.current = { ...choices.current, [name]: { ...choices.current[name], isOn } };
    } catch (error) {
      problem(name, problemOfSending(error));
    } finally {
      isPending.current = false;
      setPending("");
      if (isGone.current) stopAll();
    }
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
    room.on(RoomEvent.Disconnected, (reason) => isConnected && end(endOf(reason)));
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
      stopAll();
      room.disconnect(true);
    };
  }, [room]);

  return { room, problems, pending, turnTo, choose, dismiss: (name) => problem(name, "") };
}
