// A week of hours as a grid: blocks are added, moved and resized by mouse, touch and keys. What is dragged is drawn
// at once; the server is told where it was let go, and what it answers is drawn then.
import { createElement, useEffect, useLayoutEffect, useRef, useState } from "react";

const DAY = 1440, STEP = 15, HOUR = 60, SHORTEST = 15;
const ORDER = [1, 2, 3, 4, 5, 6, 0];
const COLUMN = Object.fromEntries(ORDER.map((day, column) => [day, column]));
const two = (number) => String(number).padStart(2, "0");
const clock = (minute) => (minute === DAY ? "24:00" : `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`);
const between = (value, least, most) => Math.min(most, Math.max(least, value));
const snap = (minute) => Math.round(minute / STEP) * STEP;

// A block that begins on its day, is not empty, and can be written as two times.
const fitted = ({ start, end }) => {
  const first = between(start, 0, DAY - SHORTEST);
  const last = Math.max(end, first + SHORTEST);
  return { start: first, end: last <= DAY ? last : Math.min(last, DAY + first - STEP) };
};
const moved = (block, by) => {
  const start = between(block.start + by, 0, DAY - STEP), length = block.end - block.start;
  return { start, end: length === DAY ? DAY : start + length };
};

export function WeekGrid({ days, blocks, selected, turn, tool, shown, labelledBy, onPlace, onAdd, onChoose, onRemove }) {
  const layer = useRef(null), scroller = useRef(null), queued = useRef(null), sent = useRef(null), held = useRef(false);
  const [placed, setPlaced] = useState(null); // what was let go, until the server has answered
  const [drag, setDrag] = useState(null);
  const [picked, setPicked] = useState({ turn, key: selected });
  const chosen = picked.turn === turn ? picked.key : selected;

  const under = (block) => {
    const by = drag?.key === block.key ? drag : placed?.key === block.key ? placed : null;
    return by ? { ...block, day: by.day, start: by.start, end: by.end } : block;
  };
  const drawn = blocks.map(under);
  const added = drag?.key === "new" ? drag : placed?.key === "new" ? placed : null;
  if (added) drawn.push({ ...added, index: -1, kind: added.kind, word: "" });

  const send = (block, place) => {
    sent.current = turn;
    onPlace(block.day, block.index, place.day, place.start, place.end);
  };
  const place = (block, to) => {
    const where = { key: block.key, day: to.day ?? block.day, ...fitted(to) };
    setPlaced(where);
    setPicked({ turn, key: block.key });
    // One at a time: only the answer says where the block is by then.
    if (sent.current === turn) queued.current = where;
    else send(blocks.find((each) => each.key === block.key) ?? block, where);
  };
  const pick = (block) => {
    setPicked({ turn, key: block.key });
    if (block.key !== chosen && sent.current !== turn) onChoose(block.day, block.index);
  };

  useLayoutEffect(() => {
    const next = queued.current, block = blocks.find((each) => each.key === selected);
    queued.current = null;
    sent.current = null;
    if (next && block) {
      setPlaced({ ...next, key: block.key });
      setPicked({ turn, key: block.key });
      send(block, next);
    } else setPlaced(null);
    if (held.current && selected) layer.current?.querySelector(`[data-key="${selected}"]`)?.focus({ preventScroll: true });
  }, [turn]);

  useEffect(() => {
    const first = Math.min(...blocks.filter((each) => days.find((day) => day.day === each.day)?.on).map((each) => each.start), 9 * HOUR);
    const pixels = layer.current.getBoundingClientRect().height / DAY;
    scroller.current.scrollTop = Math.max(0, (first - 45) * pixels);
  }, []);

  const at = (event) => {
    const box = layer.current.getBoundingClientRect();
    const column = getComputedStyle(layer.current).getPropertyValue("--columns").trim() === "1"
      ? COLUMN[shown]
      : between(Math.floor(((event.clientX - box.left) / box.width) * 7), 0, 6);
    return { day: ORDER[column], minute: between(((event.clientY - box.top) / box.height) * DAY, 0, DAY) };
  };

  const begin = (event) => {
    if (event.button !== 0) return;
    const element = event.target.closest("[data-key]"), from = at(event);
    let block = element && drawn.find((each) => each.key === element.dataset.key);
    // Over open hours one draws a break.
    if (block && tool !== "AVAILABLE" && block.kind === "AVAILABLE" && !event.target.dataset.edge) block = null;
    if (block) {
      const wasChosen = block.key === chosen;
      pick(block);
      // A finger that is not on the chosen block scrolls.
      if (event.pointerType === "touch" && !wasChosen) return;
    }
    if (!block && event.pointerType === "touch") return;
    layer.current.setPointerCapture(event.pointerId);
    const edge = event.target.dataset.edge ?? "";
    const grabbed = block && { ...block, offset: (from.day === block.day ? from.minute : from.minute + DAY) - block.start };
    const move = (to) => {
      const there = at(to);
      if (!block) {
        const [first, last] = [from.minute, there.minute].sort((a, b) => a - b);
        const start = Math.floor(first / STEP) * STEP;
        setDrag({ key: "new", kind: tool, day: from.day, ...fitted({ start, end: Math.max(snap(last), start + STEP) }), far: Math.abs(there.minute - from.minute) > 8 });
        return;
      }
      const minute = there.day === block.day || edge !== "end" ? there.minute : there.minute + (there.day === (block.day + 1) % 7 ? DAY : 0);
      const to_ = edge === "start" ? { start: Math.min(snap(there.minute), block.end - SHORTEST), end: block.end }
        : edge === "end" ? { start: block.start, end: snap(minute) }
        : moved(block, snap(there.minute - grabbed.offset) - block.start);
      setDrag({ key: block.key, day: edge ? block.day : there.day, ...fitted(to_) });
    };
    const stop = (is_dropped) => {
      layer.current.removeEventListener("pointermove", move);
      ["pointerup", "pointercancel"].forEach((name) => layer.current.removeEventListener(name, drop));
      document.removeEventListener("keydown", cancel, true);
      setDrag((last) => {
        if (is_dropped) queueMicrotask(() => finish(last));
        return null;
      });
    };
    const finish = (last) => {
      if (block && last) place(block, last);
      else if (!block) add(last?.far ? last : { day: from.day, start: Math.floor(from.minute / 30) * 30, end: Math.floor(from.minute / 30) * 30 + HOUR });
    };
    const drop = (event) => stop(event.type === "pointerup");
    const cancel = (event) => { if (event.key === "Escape") { event.stopPropagation(); stop(false); } };
    layer.current.addEventListener("pointermove", move);
    ["pointerup", "pointercancel"].forEach((name) => layer.current.addEventListener(name, drop));
    document.addEventListener("keydown", cancel, true);
  };
  const add = (range) => {
    if (sent.current === turn) return;
    const fit = fitted(range);
    setPlaced({ key: "new", kind: tool, day: range.day, ...fit });
    sent.current = turn;
    held.current = true;
    onAdd(range.day, fit.start, fit.end);
  };
  const tapped = (event) => {
    if (event.nativeEvent.pointerType !== "touch" || event.target.closest("[data-key]")) return;
    const { day, minute } = at(event), start = Math.floor(minute / 30) * 30;
    add({ day, start, end: start + HOUR });
  };

  const keys = (event, block) => {
    const { key, shiftKey } = event;
    const by = { ArrowUp: -STEP, ArrowDown: STEP }[key];
    if (by && shiftKey) place(block, { start: block.start, end: Math.max(block.end + by, block.start + SHORTEST) });
    else if (by) place(block, moved(block, by));
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      const column = between(COLUMN[block.day] + (key === "ArrowLeft" ? -1 : 1), 0, 6);
      place(block, { day: ORDER[column], start: block.start, end: block.end });
    } else if (key === "Delete" || key === "Backspace") {
      if (sent.current !== turn) { sent.current = turn; onRemove(block.day, block.index); }
    } else if (key === "Enter" || key === " ") {
      pick(block);
      setTimeout(() => document.getElementById("block-start")?.focus());
    } else return;
    event.preventDefault();
  };

  const parts = drawn.flatMap((block) => {
    const ends = Math.min(block.end, DAY), parts = [{ block, column: COLUMN[block.day], start: block.start, end: ends }];
    if (block.end > DAY) parts.push({ block, column: (COLUMN[block.day] + 1) % 7, start: 0, end: block.end - DAY, isTail: true });
    return parts;
  });
  const isOn = (day) => days.find((each) => each.day === day)?.on;
  const name = (block) => days.find((each) => each.day === block.day)?.name ?? "";
  const box = (start, end) => ({ top: `${(start / DAY) * 100}%`, height: `${((end - start) / DAY) * 100}%` });

  const segment = ({ block, column, start, end, isTail }) => createElement(
    "button",
    {
      key: `${block.key}${isTail ? "-tail" : ""}`,
      type: "button",
      className: "weekly-block",
      style: { "--column": column, ...box(start, end) },
      "data-key": isTail ? undefined : block.key,
      "data-of": block.key,
      "data-kind": block.kind,
      "data-off": isOn(block.day) ? undefined : "",
      "data-chosen": block.key === chosen ? "" : undefined,
      "data-short": end - start < 45 ? "" : undefined,
      "data-testid": isTail ? undefined : "week-block",
      "data-day": block.day,
      "data-shown": ORDER[column] === shown ? "" : undefined,
      "aria-hidden": isTail ? true : undefined,
      tabIndex: isTail ? -1 : 0,
      "aria-pressed": block.key === chosen,
      "aria-label": `${name(block)}, ${block.word}, ${clock(block.start)} to ${clock(block.end)}${block.end > DAY ? " the next day" : ""}`,
      onClick: (event) => event.detail === 0 && pick(block),
      onKeyDown: (event) => keys(event, block),
      onFocus: () => { held.current = true; },
      onBlur: (event) => { if (event.relatedTarget) held.current = false; },
    },
    createElement("span", { className: "weekly-times" }, block.kind === "AVAILABLE" || !block.word ? null : createElement("b", null, block.word, " "), `${clock(block.start)} – ${clock(block.end)}`),
    block.key === chosen && !isTail && createElement("i", { className: "weekly-edge at-start", "data-edge": "start" }),
    block.key === chosen && (isTail || block.end <= DAY) && createElement("i", { className: "weekly-edge", "data-edge": "end" }),
  );

  return createElement(
    "div",
    { className: "weekly-scroll", ref: scroller, "data-tool": tool },
    createElement("div", { className: "weekly-hours", "aria-hidden": true },
      [...Array(23).keys()].map((hour) => createElement("span", { key: hour, style: { top: `${((hour + 1) / 24) * 100}%` } }, two(hour + 1)))),
    createElement(
      "div",
      { className: "weekly-layer", ref: layer, role: "group", "aria-labelledby": labelledBy, onPointerDown: begin, onClick: tapped },
      ORDER.map((day, column) => {
        const info = days.find((each) => each.day === day);
        return createElement("div",
          { key: `column-${day}`, className: "weekly-column", style: { "--column": column }, "data-off": info?.on ? undefined : "", "data-shown": day === shown ? "" : undefined },
          info?.ghost?.length === 2 && createElement("div", { className: "weekly-ghost", style: box(info.ghost[0], Math.min(info.ghost[1], DAY)) },
            createElement("span", null, "Default hours", createElement("br"), `${clock(info.ghost[0])} – ${clock(info.ghost[1])}`)));
      }),
      parts.sort((a, b) => a.column - b.column || a.start - b.start || b.end - a.end).map(segment),
    ),
  );
}
