// What a page goes on showing of a state that the server has begun anew, until that is loaded: a restart or a long
// sleep takes away nothing that is on show, nor what is typed into it.
// Kept in the page's own memory, and of one account alone: whoever else comes finds nothing here.
import { useSyncExternalStore } from "react";

const kept = new Map(), listeners = new Set();
let owner = "", forgotten = 0;

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

// Called where a page is left for good because its log-in has ended, see `state/socket/tab_login.py`.
if (typeof window !== "undefined") {
  window.mentorbookForget = () => {
    kept.clear();
    forgotten += 1;
    listeners.forEach((listener) => listener());
  };
}

// A state as it is to be drawn; `account` is whose page it says this is, where it is the state that says so.
export function useHeld(name, isLoaded, state, account) {
  useSyncExternalStore(subscribe, () => forgotten, () => 0);
  if (!isLoaded) return kept.get(name) ?? state;
  if (account !== undefined && account !== owner) {
    kept.clear();
    owner = account;
  }
  kept.set(name, state);
  return state;
}
