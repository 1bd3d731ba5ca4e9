// The check before the room: the camera's picture, the microphone's level, which devices, and what is in the way.
import { createElement as h, useEffect, useRef } from "react";
import { Camera, Mic, MicOff, TriangleAlert, Video, VideoOff } from "lucide-react";
import { avatar, button, icon, note } from "./parts.js";
import { Level } from "./level.js";

const SIGNS = { camera: [Video, VideoOff], microphone: [Mic, MicOff] };
// What a second try cannot mend by itself.
const NO_SECOND_TRY = ["insecure"];

export function DeviceCheck({ devices, words, me }) {
  const { names, isStarted, isAsking } = devices;
  const hasCamera = names.includes("camera");
  return h("div", { className: "check", role: "group", "aria-label": hasCamera ? words.checkBoth : words.checkSound, "data-testid": "device-check" },
    h(View, { devices, words, me, hasCamera }),
    isStarted
      ? h("div", { className: "check-choices" }, names.map((name) => h(Choice, { key: name, name, devices, words })))
      : h("p", { className: "field-hint" }, hasCamera ? words.checkHintBoth : words.checkHintSound),
    h("div", { role: "alert", className: "col" },
      isAsking ? null : names.filter((name) => devices[name].problem).map((name) => h(Problem, { key: name, name, devices, words }))));
}

function View({ devices, words, me, hasCamera }) {
  const { isStarted, isAsking, camera, microphone } = devices;
  const said = !isStarted ? "" : isAsking ? words.asking : hasCamera && !camera.track ? (camera.isOn ? words.noPicture : words.cameraOff) : "";
  return h("div", { className: `check-view ${hasCamera ? "" : "sound-only"}` },
    camera.track && hasCamera ? h(Preview, { track: camera.track, words }) : avatar(me, "xl"),
    said && h("p", { className: "check-said", role: "status" }, said),
    isStarted
      ? h("div", { className: "check-toggles" },
        devices.names.map((name) => h(Toggle, { key: name, name, device: name === "camera" ? camera : microphone, words, onClick: () => devices.toggle(name) })))
      : button("", devices.start, { "data-testid": "start-check" }, icon(hasCamera ? Camera : Mic), hasCamera ? words.startBoth : words.startSound));
}

function Preview({ track, words }) {
  const video = useRef(null);
  useEffect(() => {
    const element = video.current;
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => {});
    return () => { element.srcObject = null; };
  }, [track]);
  return h("video", { ref: video, muted: true, playsInline: true, autoPlay: true, "aria-label": words.preview, "data-testid": "camera-preview" });
}

function Toggle({ name, device, words, onClick }) {
  const isOn = device.isOn && Boolean(device.track);
  return h("button", {
    type: "button", className: "round", "aria-pressed": device.isOn, "aria-label": words[name], title: words[`${name}${device.isOn ? "Off" : "On"}Title`],
    onClick, "data-testid": `check-${name}`,
  }, icon(SIGNS[name][isOn ? 0 : 1]));
}

function Choice({ name, devices, words }) {
  const { id, list, track } = devices[name];
  const options = list.filter((each) => each.label);
  return h("div", { className: "field" },
    h("label", { htmlFor: `choose-${name}` }, words[name]),
    h("select", {
      id: `choose-${name}`, className: "input", value: options.some((each) => each.id === id) ? id : "", disabled: !options.length,
      onChange: (event) => devices.choose(name, event.target.value), "data-testid": `choose-${name}`,
    },
      options.some((each) => each.id === id) ? null : h("option", { value: "", disabled: true }, options.length ? words.chooseOne : words.noneFound),
      options.map((each) => h("option", { key: each.id, value: each.id }, each.label))),
    name === "microphone" && devices.microphone.isOn && h(Level, { track, words }));
}

function Problem({ name, devices, words }) {
  const { problem } = devices[name];
  const said = words.problems[`${name}_${problem}`];
  return note("warn", TriangleAlert, { "data-testid": `${name}-problem`, "data-problem": problem },
    h("p", null, h("b", null, said.head)), h("p", null, said.text),
    NO_SECOND_TRY.includes(problem) ? null : h("div", { className: "row wrap note-acts" },
      button("s", () => devices.again(name), {}, words.tryAgain),
      button("s g", () => devices.toggle(name), {}, words[`without_${name}`])));
}
