// What the room is drawn with: the same small parts as the rest of the pages (components/parts.py).
import { createElement as h } from "react";

// What is said, with names and times in it: `{name} is here.`
export const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export const icon = (Drawing) => h(Drawing, { className: "icon", strokeWidth: 1.75, "aria-hidden": true });

export const button = (kind, onClick, more, ...inside) =>
  h("button", { type: "button", className: `btn ${kind}`.trim(), onClick, ...more }, ...inside);

const MARKS = { info: "info", ok: "ok", warn: "warn", bad: "bad" };
export const note = (tone, mark, more, ...inside) =>
  h("div", { ...more, className: `note ${MARKS[tone]} ${more?.className ?? ""}`.trim() }, icon(mark), h("div", { className: "grow" }, ...inside));

// One of six tints, as `avatar` in components/parts.py chooses it.
const tint = (s) => ((s.charCodeAt(0) * 17 + s.charCodeAt(s.length - 1) * 59) % 113) % 6 || 0;

export const avatar = (person, size) =>
  h("span", { className: `avatar ${size} a${tint(person.initials)}`, "aria-hidden": true },
    person.initials,
    person.picture && h("img", {
      src: person.picture,
      alt: "",
      onLoad: (event) => { event.currentTarget.style.visibility = ""; },
      onError: (event) => { event.currentTarget.style.visibility = "hidden"; },
    }));
