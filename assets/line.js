// Whether the line to the server is lost, as soon as the page knows. Reflex says so once connecting anew has failed:
// where packets vanish without a word, the network lets that go on for long.
import { useSyncExternalStore } from "react";

const PATIENCE_MS = 1500; // a server that is restarted is back sooner
const listeners = new Set();
let isLost = false, timer = 0;

const say = (now) => {
  clearTimeout(timer);
  isLost = now;
  listeners.forEach((listener) => listener());
};
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

// What Reflex calls when its socket connects and disconnects; it offers nothing else.
if (typeof window !== "undefined") {
  window.__reflex_otel = {
    ...window.__reflex_otel,
    onSocketConnect: () => say(false),
    onSocketDisconnect: () => {
      clearTimeout(timer);
      timer = setTimeout(() => say(true), PATIENCE_MS);
    },
  };
}

export const useLineLost = () => useSyncExternalStore(subscribe, () => isLost, () => false);
