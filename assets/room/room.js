// A session's room around its page: the page is the lobby; whoever joins has the room over it.
import { Children, createContext, createElement as h, useContext, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { CircleAlert, Clock, Info, LoaderCircle, RotateCw } from "lucide-react";
import { Dark } from "./dark.js";
import { DeviceCheck } from "./device_check.js";
import { areAllowed, canMeet, keptChoices, useDevices } from "./devices.js";
import { isTooLong, loadStage, mayPass, passFor, waitOf } from "./join.js";
import { button, icon, note, say } from "./parts.js";
import { heard, lengthOf, useServerNow } from "./time.js";

const OUTSIDE = { phase: "outside", code: "", detail: "", until: 0, tries: 0, interruptedAt: 0 };
const LAST_HOUR = 3_600_000, TAKES_LONG = 1_000; // milliseconds
const Visit = createContext(null);

// `facts` are the lobby's, `me` who reads; of the children the first is the page, the second the chat, the third
// what the room says of its recording.
export function RoomPage({ facts: told, me: whose, words, unread, onChat, children }) {
  // A page that has just lost its state, with a restart of the app, knows nothing for a moment. A meeting goes on.
  const { pathname } = useLocation(), known = useRef({});
  if ((told.id && whose.initials) || known.current.pathname !== pathname) known.current = { pathname, facts: told, me: whose };
  const { facts, me } = known.current;
  const [page, chat, recording] = Children.toArray(children);
  const devices = useDevices(facts.media);
  const [visit, setVisit] = useState(OUTSIDE);
  // One try to join at a time: `asking` stops it, and whatever comes of it after that.
  const asking = useRef(new AbortController()), choices = useRef(null), room = useRef({});
  heard(facts.as_of);

  const end = (code, detail = "") => {
    asking.current.abort();
    setVisit({ ...OUTSIDE, code, detail });
  };
  const join = async (before) => {
    if (isTooLong(before.interruptedAt)) return end("away");
    asking.current.abort();
    const { signal } = (asking.current = new AbortController());
    setVisit({ ...OUTSIDE, phase: "joining", tries: before.tries, interruptedAt: before.interruptedAt });
    const [{ pass, code, detail, after }, Stage] = await Promise.all([passFor(facts.id, signal), loadStage()]);
    if (signal.aborted) return;
    if (isTooLong(before.interruptedAt)) return end("away");
    if (!Stage) return end("not_loaded");
    if (!pass) return fail(code, { detail, after, before });
    if (!before.interruptedAt) choices.current = devices.isStarted ? { camera: devices.camera, microphone: devices.microphone } : keptChoices();
    devices.stop();
    room.current = { pass, Stage };
    setVisit({ ...OUTSIDE, phase: "inside", tries: before.tries, interruptedAt: before.interruptedAt });
  };
  const fail = (code, { detail = "", after = 0, before }) => {
    if (!mayPass(code)) return end(code, detail);
    asking.current.abort();
    const until = Date.now() + waitOf(before.tries, after);
    setVisit({ phase: "waiting", code, detail, until, tries: before.tries + 1, interruptedAt: before.interruptedAt });
  };
  const stopped = (code, wasConnected) => {
    room.current = {};
    const before = { tries: wasConnected ? 0 : visit.tries, interruptedAt: (!wasConnected && visit.interruptedAt) || Date.now() };
    if (code === "left") end(code);
    else fail(code, { before });
  };

  useEffect(() => {
    if (visit.phase !== "waiting") return;
    // Far too late by the clock: the computer slept, and nobody knows who has opened it.
    const trying = setTimeout(() => (isTooLong(visit.until) ? end("away") : join(visit)), Math.max(0, visit.until - Date.now()));
    return () => clearTimeout(trying);
  }, [visit]);
  // Another session's page is another room.
  useEffect(() => () => end(""), [pathname]);
  const isUnder = visit.phase === "inside" || visit.interruptedAt > 0;
  useEffect(() => {
    if (isUnder && facts.status === "cancelled") end("cancelled");
  }, [isUnder, facts.status]);

  // Whoever presses is there.
  const byHand = () => join(visit.interruptedAt ? { ...visit, interruptedAt: Date.now() } : visit);
  const value = { facts, me, words, devices, visit, isUnder, join: byHand, stop: () => end(visit.interruptedAt ? "left" : "") };
  const { pass, Stage } = room.current;
  return h(Visit.Provider, { value },
    h("div", { hidden: isUnder, className: "room-page" }, page),
    isUnder && h("div", { className: "dark" },
      visit.phase === "inside"
        ? h(Stage, { key: pass.token, pass, choices, facts, me, words, unread, recording, onChat, onEnd: stopped }, chat)
        : h(Interrupted, value)));
}

// Between two connections: what happened, when it is tried again, and the way out.
function Interrupted({ facts, visit, words, join, stop }) {
  return h(Dark, { label: words.room, testid: "room-interrupted" },
    h("div", { className: "room-middle", role: "status" },
      icon(LoaderCircle), h("h1", { className: "h2" }, words.told[visit.code || "again"].head), h("p", null, visit.detail || words.told[visit.code || "again"].text),
      h(Again, { facts, mayWrite: facts.may_write, visit, words, join, stop, stopWords: words.leave })));
}

function Again({ facts, mayWrite, visit, words, join, stop, stopWords }) {
  const isWaiting = visit.phase === "waiting";
  useServerNow(isWaiting);
  const seconds = Math.max(0, Math.ceil((visit.until - Date.now()) / 1000));
  return h("div", { className: "col again" },
    h("p", { className: "num", "aria-live": "off" }, isWaiting ? say(words.nextTry, { seconds }) : words.tryingNow),
    h("div", { className: "row wrap" },
      button("p", () => isWaiting && join(), { "aria-busy": !isWaiting, "data-once": "", "data-testid": "join-now" }, icon(RotateCw), words.tryNow),
      button("", stop, {}, stopWords)),
    mayWrite && h("p", null, h(Link, { className: "text-link", to: `/sessions/${facts.id}`, "data-testid": "write-instead" }, say(words.writeInstead, { name: facts.first_name }))));
}

// What is shown in the lobby and not under a meeting, which has its own.
export function RoomOutside({ children }) {
  return useContext(Visit).isUnder ? null : children;
}

// The device check, where the page has it.
export function RoomCheck() {
  const { facts, me, words, devices, visit } = useContext(Visit);
  const isThere = devices.names.length > 0 && (facts.tone !== "closed" || facts.may_check);
  // No camera without a switch for it: what was opened here is closed as soon as the check is not on show.
  useEffect(() => (isThere ? devices.stop : undefined), [isThere]);
  // Before the room is open nothing asks for camera and microphone but a press. Then the check begins by itself
  // where the browser has been allowed before; where it would ask, it asks after a press, which says what for.
  const mayBegin = facts.tone === "open" && visit.phase === "outside" && !visit.code;
  useEffect(() => {
    if (!mayBegin || !isThere || devices.isStarted) return;
    let isCurrent = true;
    areAllowed(devices.names).then((are) => { if (are && isCurrent) devices.start(); });
    return () => { isCurrent = false; };
  }, [mayBegin, isThere, facts.id, devices.names]);
  if (!isThere) return null;
  return h(DeviceCheck, { devices, words, me });
}

// The door: what happened last, how long until it opens, and the button.
export function RoomDoor() {
  const { facts, words, visit, isUnder, join, stop } = useContext(Visit);
  const { phase } = visit;
  // The room of a session that is cancelled is closed, and LiveKit may say so before the app does.
  const code = visit.code === "ended" && facts.status === "cancelled" ? "cancelled" : visit.code;
  // Whoever comes out of a meeting hears why, and stands before the way back.
  const place = useRef(null), wasUnder = useRef(false), joins = useRef(null);
  useEffect(() => {
    if (wasUnder.current && !isUnder) place.current.focus();
    wasUnder.current = isUnder;
  }, [isUnder]);
  const isOpen = facts.tone === "open", isJoining = phase === "joining";
  const said = isOpen && !canMeet() ? "unsupported" : code;
  const off = !isOpen || said === "unsupported";
  const label = words.joins[code] ?? words.joins.first;
  return h("div", { className: "door" },
    h("div", { ref: place, role: "alert", tabIndex: -1, className: "door-said" }, said && phase !== "joining" ? h(Told, { code: said, visit, words }) : null),
    phase === "waiting" ? h(Again, { facts, mayWrite: facts.may_write && facts.media.length > 0, visit, words, join, stop, stopWords: words.notNow })
      : facts.tone !== "closed" && h("div", { className: "door-open" },
        button("p wide", () => { if (!off && !isJoining) join(); }, {
          ref: joins, "aria-disabled": off ? true : undefined, "aria-busy": isJoining, "aria-describedby": off ? "room-status" : undefined, "data-once": "", "data-testid": "join-room",
        }, isJoining ? words.joining : label),
        isJoining && h(GiveUp, { words, onPress: () => { stop(); joins.current.focus(); } }),
        !isOpen && h(UntilOpen, { facts, words })));
}

// The way back from a try that takes its time; a quick one shows nothing that would be gone at once.
function GiveUp({ words, onPress }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const waiting = setTimeout(setLong, TAKES_LONG, true);
    return () => clearTimeout(waiting);
  }, []);
  return isLong && button("wide", onPress, { "data-testid": "cancel-joining" }, words.cancel);
}

function Told({ code, visit, words }) {
  const said = words.told[code];
  const tone = ["left", "ended"].includes(code) ? "info" : "warn";
  return note(tone, tone === "info" ? Info : CircleAlert, { "data-testid": "room-told", "data-code": code },
    h("p", null, h("b", null, said.head)), h("p", null, visit.detail || said.text),
    code === "signed_out" && h("a", { className: "text-link", href: `/login?next=${encodeURIComponent(location.pathname)}` }, words.logIn),
    code === "not_loaded" && button("s", () => location.reload(), {}, words.reload));
}

// In the last hour before it opens, by the second.
function UntilOpen({ facts, words }) {
  const left = facts.opens_at - useServerNow();
  if (!facts.opens_at || left > LAST_HOUR || left <= 0) return null;
  return h("p", { className: "row muted num until-open", role: "timer", "data-testid": "opens-in" }, icon(Clock), say(words.opensIn, { left: lengthOf(left) }));
}
