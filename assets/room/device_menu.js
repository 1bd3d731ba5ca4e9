// Another camera or microphone in the middle of a meeting.
import { createElement as h, useEffect, useRef, useState } from "react";
import { useMediaDeviceSelect } from "@livekit/components-react";
import { Settings2 } from "lucide-react";
import { icon } from "./parts.js";

const KINDS = { microphone: "audioinput", camera: "videoinput" };

export function DeviceMenu({ names, room, words, onChoose }) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef(null), menu = useRef(null);
  useEffect(() => {
    if (!isOpen) return;
    menu.current.focus();
    const away = (event) => { if (!menu.current.contains(event.target) && !opener.current.contains(event.target)) setOpen(false); };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [isOpen]);
  const close = (event) => {
    if (event.key !== "Escape") return;
    setOpen(false);
    opener.current.focus();
  };
  return h("div", { className: "device-menu", onKeyDown: close },
    h("button", {
      ref: opener, type: "button", className: "control", "aria-expanded": isOpen, "aria-controls": "room-devices", "aria-label": words.devices, title: words.devices,
      onClick: () => setOpen(!isOpen), "data-testid": "room-devices",
    }, icon(Settings2)),
    h("div", { ref: menu, id: "room-devices", tabIndex: -1, className: "device-choices", role: "group", "aria-label": words.devices, hidden: !isOpen },
      isOpen && names.map((name) => h(Choice, { key: name, name, room, words, onChoose }))));
}

function Choice({ name, room, words, onChoose }) {
  const { devices, activeDeviceId } = useMediaDeviceSelect({ kind: KINDS[name], room, requestPermissions: false });
  const there = devices.filter((each) => each.label);
  const isThere = there.some((each) => each.deviceId === activeDeviceId);
  return h("div", { className: "field" },
    h("label", { htmlFor: `room-${name}` }, words[name]),
    h("select", { id: `room-${name}`, className: "input", value: isThere ? activeDeviceId : "", disabled: !there.length, onChange: (event) => onChoose(name, event.target.value), "data-testid": `room-${name}` },
      isThere ? null : h("option", { value: "", disabled: true }, there.length ? words.chooseOne : words.noneFound),
      there.map((each) => h("option", { key: each.deviceId, value: each.deviceId }, each.label))));
}
