// What two people write to each other. What is sent is shown at once and kept in the tab until the server has it:
// a lost line, a reload or a restart loses none of it, and nothing is written twice, since each has a key.
import { createElement as h, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";

const NEAR = 48; // px from the end that still count as the end
const PATIENCE = 15000; // ms
const LONGEST = 2000, SHORT_OF = 200; // characters

// Under a name that goes with the log-in (`.draft`), and for nobody else's eyes.
const shelf = (session) => `room_chat.draft ${session}`;
const keep = (session, me, text, unsent) => {
  try {
    if (text || unsent.length) sessionStorage.setItem(shelf(session), JSON.stringify({ me, text, unsent }));
    else sessionStorage.removeItem(shelf(session));
  } catch { /* a tab that may keep nothing still sends */ }
};
const kept = (session, me) => {
  try {
    const found = JSON.parse(sessionStorage.getItem(shelf(session)));
    if (found?.me === me) {
      const unsent = (Array.isArray(found.unsent) ? found.unsent : []).filter((each) => each?.key && each?.text);
      return { text: String(found.text ?? ""), unsent: unsent.map(({ key, text }) => ({ key: String(key), text: String(text) })) };
    }
  } catch { /* what cannot be read is no draft */ }
  return { text: "", unsent: [] };
};
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// What became of sending a message: nothing, or why it is not there. `lost` says that nobody knows; what `holds` may
// still arrive, and nothing that was written after it goes before it.
async function send(session, { key, text }, words) {
  try {
    const answer = await fetch(`/api/bookings/${encodeURIComponent(session)}/messages`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return null;
    const said = await answer.json().catch(() => ({}));
    return { why: answer.status < 500 && said.detail ? said.detail : words.failed, lost: answer.status >= 500, holds: answer.status >= 500 || answer.status === 429 };
  } catch {
    return { why: words.lost, lost: true, holds: true };
  }
}

// Messages on their way: one after the other, so that they arrive as they were written. A mailbox is the tab's and
// outlives the panel, which may be closed while something is sent.
const boxes = new Map();
function mailbox(session, me, words) {
  const name = `${me} ${session}`;
  if (!boxes.has(name)) boxes.set(name, made(session, me, words));
  return boxes.get(name);
}
function made(session, me, words) {
  const box = { ...kept(session, me), told: new Set() };
  let isBusy = false;
  const tell = () => {
    keep(session, me, box.text, box.unsent.filter((each) => !each.isSent).map(({ key, text }) => ({ key, text })));
    box.told.forEach((each) => each());
  };
  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    for (let next; (next = box.unsent.find((each) => !each.isSent && (!each.why || each.holds))) && !next.why; tell()) {
      const bad = await send(session, next, words);
      if (bad) Object.assign(next, bad);
      else next.isSent = true;
    }
    isBusy = false;
  };
  box.write = (text) => { box.text = text; tell(); };
  box.add = (text) => { box.text = ""; box.unsent = [...box.unsent, { key: newKey(), text }]; tell(); work(); };
  box.again = (which) => { box.unsent.filter(which).forEach((each) => { each.why = ""; each.lost = each.holds = false; }); tell(); work(); };
  box.drop = (key) => { box.unsent = box.unsent.filter((each) => each.key !== key); tell(); work(); };
  box.settle = (keys) => {
    if (box.unsent.some((each) => keys.has(each.key))) { box.unsent = box.unsent.filter((each) => !keys.has(each.key)); tell(); work(); }
  };
  box.isHeld = () => box.unsent.some((each) => each.holds && each.why);
  work();
  return box;
}

// The conversation with what is on its way at its end, under the same names as when it will have arrived: so a screen
// reader hears each message once.
function withUnsent(groups, unsent, you) {
  if (!unsent.length) return groups;
  const lines = unsent.map((each) => ({ id: each.key, key: each.key, parts: [{ text: each.text, href: "" }], unsent: each }));
  const last = groups.at(-1);
  if (last?.mine) return [...groups.slice(0, -1), { ...last, lines: [...last.lines, ...lines] }];
  return [...groups, { mine: true, name: you, initials: "", picture: "", day: "", time: "", lines }];
}
// What seldom changes and what is newest come by themselves; the first group of the newest may go on where the older end.
function joined(older, newest) {
  const last = older.at(-1), [first, ...rest] = newest;
  if (!last || !first?.goes_on) return [...older, ...newest];
  return [...older.slice(0, -1), { ...last, lines: [...last.lines, ...first.lines] }, ...rest];
}
const nameOf = (line) => line.key || line.id;

export function RoomChat({ sessionId, me, other, older, newest, hasEarlier, closed, offline, words, onEarlier, onSee }) {
  const box = mailbox(sessionId, me, words);
  const [, redraw] = useReducer((count) => count + 1, 0);
  const log = useRef(null), atEnd = useRef(true), before = useRef(null), told = useRef("");
  const [isBelow, setBelow] = useState(false); // something new stands below what is on show
  const groups = useMemo(() => joined(older, newest), [older, newest]);
  const keys = new Set(groups.filter((each) => each.mine).flatMap((each) => each.lines.map((line) => line.key)));
  const unsent = box.unsent.filter((each) => !keys.has(each.key));
  const shown = withUnsent(groups, unsent, words.you);
  const theirs = groups.filter((each) => !each.mine).at(-1)?.lines.at(-1)?.id ?? "";

  useEffect(() => {
    box.told.add(redraw);
    redraw();
    return () => box.told.delete(redraw);
  }, [box]);
  useEffect(() => { box.settle(keys); });
  useEffect(() => { if (!offline) box.again((each) => each.lost); }, [offline, box]);

  const toEnd = () => { log.current.scrollTop = log.current.scrollHeight; atEnd.current = true; setBelow(false); };
  const see = () => {
    const box = log.current, isOnShow = box?.getClientRects().length && document.visibilityState === "visible";
    if (!isOnShow || !atEnd.current || !theirs || told.current === theirs) return;
    told.current = theirs;
    onSee(theirs);
  };
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = log.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd.current) { setBelow(false); see(); }
  };

  // It keeps to its end, unless somebody reads further up; what comes before what they read moves nothing.
  const first = shown[0]?.lines[0], end = shown.at(-1)?.lines.at(-1);
  const [top, bottom] = [first ? nameOf(first) : "", end ? nameOf(end) + (end.unsent?.why ?? "") : ""];
  useLayoutEffect(() => {
    const was = before.current, place = log.current;
    if (!was || atEnd.current || (bottom !== was.bottom && end?.unsent)) toEnd();
    else if (top !== was.top) place.scrollTop += place.scrollHeight - was.height;
    else if (bottom !== was.bottom) setBelow(true);
    before.current = { top, bottom, height: place.scrollHeight };
    see();
  }, [top, bottom]);
  // Once the panel comes on show, or the tab does; and it stays at its end when it becomes smaller.
  useEffect(() => {
    const looks = () => {
      if (!log.current) return; // it is gone, and hears of its last size
      if (atEnd.current) toEnd();
      see();
    };
    const sized = new ResizeObserver(looks);
    sized.observe(log.current);
    document.addEventListener("visibilitychange", looks);
    return () => { sized.disconnect(); document.removeEventListener("visibilitychange", looks); };
  }, [theirs]);

  return h("div", { className: "talk", "data-testid": "chat" },
    h("div", { className: "talk-place" },
      h("div", { ref: log, className: "talk-log", role: "log", "aria-label": words.log, tabIndex: 0, onScroll: scrolled, "data-testid": "chat-log" },
        hasEarlier && h("button", { key: "earlier", type: "button", className: "btn s talk-earlier", onClick: () => onEarlier(), "data-testid": "chat-earlier" }, words.earlier),
        !shown.length && h("p", { className: "muted small talk-none" }, closed ? words.none : words.first),
        shown.map((group) => h(Group, { key: nameOf(group.lines[0]), group, words, box }))),
      isBelow && h("button", { type: "button", className: "btn s p talk-below", onClick: toEnd }, words.below)),
    closed
      ? h("p", { className: "muted small talk-closed", "data-testid": "chat-closed" }, closed)
      : h(Composer, { box, other, words, id: `chat-${sessionId}` }));
}

function Group({ group, words, box }) {
  return h("div", { className: group.mine ? "talk-group mine" : "talk-group" },
    group.day && h("p", { className: "talk-day muted tiny" }, group.day),
    h("p", { className: "talk-who muted tiny num" }, h("b", null, group.name), group.time && ` ${group.time}`),
    group.lines.map((line) => h("div", { key: nameOf(line), className: "talk-line" },
      h("p", { className: line.unsent && !line.unsent.isSent ? "bubble unsent" : "bubble", dir: "auto", "data-testid": "chat-message" },
        line.parts.map((part, place) => part.href
          ? h("a", { key: place, href: part.href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, part.text)
          : h("span", { key: place }, part.text))),
      line.unsent?.why
        ? h("p", { className: "talk-failed tiny", role: "alert" }, `${words.notSent} ${line.unsent.why} `,
          h("button", { type: "button", className: "text-link", onClick: () => box.again((each) => each.key === line.unsent.key) }, words.again), " ",
          h("button", { type: "button", className: "text-link", onClick: () => box.drop(line.unsent.key) }, words.drop))
        : line.unsent && !line.unsent.isSent && h("p", { className: "tiny muted" }, box.isHeld() ? words.waits : words.sending))));
}

function Composer({ box, other, words, id }) {
  const field = useRef(null);
  const text = box.text, left = LONGEST - text.length, isEmpty = !text.trim();
  useLayoutEffect(() => {
    field.current.style.height = "auto";
    field.current.style.height = `${field.current.scrollHeight + 2}px`;
  }, [text]);
  const submit = (event) => {
    event?.preventDefault();
    if (!isEmpty) box.add(text.trim());
    field.current.focus();
  };
  const pressed = (event) => {
    // What an input method still composes is not sent by the Enter that ends it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return h("form", { className: "talk-form", onSubmit: submit },
    h("label", { htmlFor: id, className: "sr-only" }, words.to.replace("{other}", other)),
    h("textarea", {
      ref: field, id, className: "input", rows: 1, value: text, maxLength: LONGEST, placeholder: words.to.replace("{other}", other),
      "aria-describedby": `${id}-hint`, onChange: (event) => box.write(event.target.value), onKeyDown: pressed, "data-testid": "chat-text",
    }),
    h("button", { type: "submit", className: "btn p", "aria-disabled": isEmpty, "data-testid": "chat-send" }, words.send),
    h("p", { id: `${id}-hint`, className: "tiny muted talk-hint" }, left < SHORT_OF ? words.left.replace("{left}", left) : words.keys));
}
