// Camera and microphone before the room: what there is, what was chosen, what is in the way. Everything that was
// opened is closed again, so that no light stays on.
import { useEffect, useMemo, useRef, useState } from "react";

const KEPT = "mentorbook-devices";
const MEDIA = { camera: "video", microphone: "audio" };
const INPUT = { camera: "videoinput", microphone: "audioinput" };
const NEW = { isOn: true, id: "", track: null, problem: "", list: [], isAsking: false };
const NAMES = Object.keys(MEDIA);

// Which of them a meeting has use for; `media` is what may be sent there (`MediaSource` in domain/kinds.py).
export const wantedFor = (media) => ["microphone", "camera"].filter((name) => media.includes(name));

export const canMeet = () => typeof RTCPeerConnection !== "undefined";
export const canCapture = () => Boolean(navigator.mediaDevices?.getUserMedia);

// What was chosen last, in this browser; whatever else is found there counts as nothing.
export function keptChoices() {
  const choices = {};
  let found = {};
  try { found = JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { /* blocked, or not ours */ }
  for (const name of NAMES) {
    const { isOn, id } = found[name] ?? {};
    choices[name] = { isOn: isOn !== false, id: typeof id === "string" ? id : "" };
  }
  return choices;
}

export function keepChoice(name, choice) {
  try { localStorage.setItem(KEPT, JSON.stringify({ ...keptChoices(), [name]: choice })); } catch { /* blocked */ }
}

// Why a device could not be opened, as the words name it.
export function problemOf(error) {
  const { name, message } = error ?? {};
  if (name === "NotAllowedError" || name === "SecurityError") return /system/i.test(message) ? "system" : "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

const constraintsOf = (name, id) => ({
  ...(id ? { deviceId: { exact: id } } : {}),
  ...(name === "camera" ? { width: { ideal: 1280 }, height: { ideal: 720 } } : {}),
});

const isAllowed = async (name) => {
  try { return (await navigator.permissions.query({ name })).state === "granted"; } catch { return false; }
};

// Whether the browser would open all of these without asking.
export const areAllowed = async (names) => (await Promise.all(names.map(isAllowed))).every(Boolean);

// One question for all of them where that is possible, then each by itself: one may be there without the other.
async function opened(names, idOf) {
  const ask = async (some) => {
    const stream = await navigator.mediaDevices.getUserMedia(
      Object.fromEntries(some.map((name) => [MEDIA[name], constraintsOf(name, idOf(name))])),
    );
    return some.map((name) => [name, { track: stream.getTracks().find((track) => track.kind === MEDIA[name]) ?? null, problem: "" }]);
  };
  if (!canCapture()) return names.map((name) => [name, { track: null, problem: "insecure" }]);
  try {
    return await ask(names);
  } catch (error) {
    const problem = problemOf(error), results = [];
    // The one that was chosen is not there today: any other does.
    if (problem === "missing" && names.some(idOf)) return opened(names, () => "");
    for (const name of names) {
      // Whoever has just refused is not asked a second time.
      const asksAgain = names.length > 1 && (problem !== "refused" || (await isAllowed(name)));
      results.push(...(asksAgain ? await ask([name]).catch((own) => [[name, { track: null, problem: problemOf(own) }]]) : [[name, { track: null, problem }]]));
    }
    return results;
  }
}

async function listed() {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const of = (name) => all.filter((each) => each.kind === INPUT[name] && each.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
  return Object.fromEntries(NAMES.map((name) => [name, of(name)]));
}

export function useDevices(media) {
  const names = useMemo(() => wantedFor(media), [media.join()]);
  const [state, setState] = useState({ isStarted: false, camera: NEW, microphone: NEW });
  const present = useRef(state), turns = useRef({ camera: 0, microphone: 0 });
  const set = (change) => {
    present.current = { ...present.current, ...change };
    setState(present.current);
  };
  const setOne = (name, change) => set({ [name]: { ...present.current[name], ...change } });

  // Also what the browser still asks for: it is closed when it comes.
  const close = (name) => {
    turns.current[name] += 1;
    const { track } = present.current[name];
    if (track) {
      track.onended = null;
      track.stop();
    }
    setOne(name, { track: null, isAsking: false });
  };
  const list = async () => {
    const lists = await listed();
    for (const name of names) setOne(name, { list: lists[name] });
  };
  const open = async (some) => {
    const own = {};
    for (const name of some) {
      close(name);
      own[name] = turns.current[name];
      setOne(name, { isAsking: true });
    }
    set({ isStarted: true });
    for (const [name, result] of await opened(some, (each) => present.current[each].id)) {
      const { track } = result;
      // Left, turned off, or asked for another, in the meantime.
      if (own[name] !== turns.current[name]) {
        track?.stop();
        continue;
      }
      if (track) track.onended = () => setOne(name, { track: null, problem: "unplugged" });
      setOne(name, { ...result, isAsking: false, ...(track ? { id: track.getSettings().deviceId ?? "" } : {}) });
    }
    await list();
  };
  const stop = () => {
    for (const name of NAMES) {
      close(name);
      setOne(name, { problem: "" });
    }
    set({ isStarted: false });
  };

  const actions = {
    start: () => {
      const kept = keptChoices();
      for (const name of names) setOne(name, { ...kept[name], problem: "" });
      return open(names.filter((name) => present.current[name].isOn));
    },
    again: (name) => open([name]),
    stop,
    toggle: (name) => {
      const isOn = !present.current[name].isOn;
      setOne(name, { isOn, problem: "" });
      keepChoice(name, { isOn, id: present.current[name].id });
      if (isOn) return open([name]);
      close(name);
    },
    choose: (name, id) => {
      setOne(name, { id, isOn: true });
      keepChoice(name, { isOn: true, id });
      return open([name]);
    },
  };

  useEffect(() => {
    // What is plugged in while one looks is there; what was missing is tried.
    const changed = async () => {
      if (!present.current.isStarted) return;
      await list();
      const found = names.find((name) => {
        const { isOn, problem, list: there } = present.current[name];
        return isOn && ["missing", "unplugged"].includes(problem) && there.length > 0;
      });
      if (found) await open([found]);
    };
    navigator.mediaDevices?.addEventListener?.("devicechange", changed);
    return () => {
      navigator.mediaDevices?.removeEventListener?.("devicechange", changed);
      stop();
    };
  }, [names]);

  return { ...state, isAsking: names.some((name) => state[name].isAsking), names, ...actions };
}
