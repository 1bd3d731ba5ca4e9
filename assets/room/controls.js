// The buttons under a meeting. Each keeps its name and says by `aria-pressed` whether it is on.
import { createElement as h } from "react";
import { MessageCircle, Mic, MicOff, MonitorUp, PhoneOff, Video, VideoOff } from "lucide-react";
import { icon } from "./parts.js";

const SIGNS = { microphone: [Mic, MicOff], camera: [Video, VideoOff], screen: [MonitorUp, MonitorUp], messages: [MessageCircle, MessageCircle] };

export const canShare = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

function Switch({ name, testid = `toggle-${name}`, isOn, isBusy, isWorded, count = 0, words, onClick }) {
  return h("button", {
    type: "button", className: "control", "aria-pressed": isOn, "aria-busy": isBusy, "aria-label": count ? `${words[name]}, ${words.unread.replace("{count}", count)}` : words[name],
    title: words[`${name}${isOn ? "Off" : "On"}Title`], onClick, "data-testid": testid, "data-tool": name,
  }, icon(SIGNS[name][isOn ? 0 : 1]), isWorded && h("span", { className: "control-word" }, isOn ? words.stopSharing : words.share),
  count > 0 && h("span", { className: "count", "aria-hidden": true }, count > 99 ? "99+" : count));
}

export function Controls({ names, mayShare, on, pending, words, unread, chat, onToggle, onChat, onLeave, children }) {
  // On from the press that turns it on, and until it is off indeed: nobody is heard behind a switch that says off.
  const one = (name, more) => {
    const isOn = on[name] || pending[name] === true;
    return h(Switch, { key: name, name, isOn, isBusy: name in pending, words, onClick: () => onToggle(name, !isOn), ...more });
  };
  return h("div", { className: "controls", role: "toolbar", "aria-label": words.controls },
    names.map((name) => one(name)),
    mayShare && canShare() && one("screen", { isWorded: true }),
    chat !== null && h(Switch, { name: "messages", testid: "toggle-chat", isOn: chat, words, count: chat ? 0 : unread, onClick: onChat }),
    children,
    h("button", { type: "button", className: "control leave", "aria-label": words.leave, onClick: onLeave, "data-testid": "leave-room" }, icon(PhoneOff), h("span", { className: "leave-word" }, words.leave)));
}
