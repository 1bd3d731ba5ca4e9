// A mentor's week: keys and swipes lead on and back, and the line of the present moves by itself.
import { createElement, useEffect, useRef, useState } from "react";

const KEYS = { PageUp: "back", PageDown: "on", t: "today" };
const FAR = 60; // pixels that are no slip of the finger

// Around the week. PageUp, PageDown and T press the links of the same meaning, wherever the focus is within it.
// A swipe goes to the next day of the strip where that is on show, over its ends to the next week.
export function WeekFrame({ children, ...rest }) {
  const touched = useRef(null);
  const press = (frame, which) => frame.querySelector(`[data-week="${which}"]`)?.click();
  const onKeyDown = (event) => {
    const { target, currentTarget, key } = event;
    const isTyped = target.matches("input, textarea, select") || event.ctrlKey || event.altKey || event.metaKey;
    if (!KEYS[key] || isTyped || !currentTarget.contains(target)) return;
    event.preventDefault();
    press(currentTarget, KEYS[key]);
  };
  const onTouchStart = ({ touches }) => {
    touched.current = touches.length === 1 ? [touches[0].clientX, touches[0].clientY] : null;
  };
  const onTouchEnd = ({ currentTarget, changedTouches }) => {
    const days = [...currentTarget.querySelectorAll("button[data-day]")];
    if (!touched.current || !days[0]?.checkVisibility()) return;
    const [x, y] = [changedTouches[0].clientX - touched.current[0], changedTouches[0].clientY - touched.current[1]];
    touched.current = null;
    if (Math.abs(x) < FAR || Math.abs(x) < 2 * Math.abs(y)) return;
    const next = days.findIndex((day) => day.getAttribute("aria-pressed") === "true") + (x < 0 ? 1 : -1);
    if (days[next]) days[next].click();
    else press(currentTarget, x < 0 ? "on" : "back");
  };
  return createElement("section", { ...rest, onKeyDown, onTouchStart, onTouchEnd }, children);
}

// Where the clock stands, from the minute that the server has said on.
export function NowLine({ minute, last }) {
  const [later, setLater] = useState(0);
  useEffect(() => {
    const begun = Date.now();
    setLater(0);
    const timer = setInterval(() => setLater(Math.floor((Date.now() - begun) / 60000)), 15000);
    return () => clearInterval(timer);
  }, [minute]);
  const now = minute + later;
  return now < last && createElement("span", { className: "week-now", style: { "--top": now }, "aria-hidden": true });
}
