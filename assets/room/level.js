// How loud a microphone is: a bar that moves for who sees, a named meter and a sentence for who does not.
import { createElement as h, useEffect, useRef, useState } from "react";

const EVERY = 80, SAID_EVERY = 1000, HEARD_FROM = 6; // milliseconds, and parts of a hundred

export function Level({ track, words }) {
  const bar = useRef(null), meter = useRef(null);
  const [isHeard, setHeard] = useState(false);

  useEffect(() => {
    setHeard(false);
    if (!track || typeof AudioContext === "undefined") return;
    const context = new AudioContext(), ear = context.createAnalyser();
    ear.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(ear);
    // Some browsers only listen after a press.
    const wake = () => context.resume().catch(() => {});
    window.addEventListener("pointerdown", wake);
    const samples = new Float32Array(ear.fftSize);
    let saidAt = 0, loudest = 0;
    const listening = setInterval(() => {
      ear.getFloatTimeDomainData(samples);
      const power = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
      const level = Math.round(Math.min(100, power * 300));
      if (bar.current) bar.current.style.width = `${level}%`;
      if (level >= HEARD_FROM) setHeard(true);
      loudest = Math.max(loudest, level);
      if (meter.current && Date.now() - saidAt > SAID_EVERY) {
        meter.current.setAttribute("aria-valuenow", loudest);
        [saidAt, loudest] = [Date.now(), 0];
      }
    }, EVERY);
    return () => {
      clearInterval(listening);
      window.removeEventListener("pointerdown", wake);
      context.close().catch(() => {});
    };
  }, [track]);

  return h("div", { className: "level" },
    h("div", {
      ref: meter, className: "level-bar", role: "meter", "aria-label": words.level,
      "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0, "data-testid": "microphone-level",
    }, h("i", { ref: bar })),
    h("p", { className: "field-hint", role: "status" }, track ? (isHeard ? words.heard : words.speak) : ""));
}
