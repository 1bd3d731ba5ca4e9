// What a list is asked for stands in the address, as this browser has it: written there while it is typed.
import { createElement, useEffect, useImperativeHandle, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

const MOST = 200; // of a text that the state says it has answered (`state/addressed_page.py`)
const listeners = new Set();
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

// A path with those of the values that are not empty.
export const addressOf = (path, values) => {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  return query.size ? `${path}?${query}` : path;
};

// Write values into the address; the empty ones go out of it. The router need not hear of it, since every
// link of the list is made of the address as it is.
export const ask = (changes) => {
  const asked = Object.fromEntries(new URLSearchParams(window.location.search));
  try {
    window.history.replaceState(window.history.state, "", addressOf(window.location.pathname, { ...asked, ...changes }));
  } catch {
    // A browser that is asked too often for now: the next letter writes it.
  }
  for (const listener of listeners) listener();
};

// The address: its path, and its values by name.
export function useListAddress() {
  const { pathname } = useLocation();
  const search = useSyncExternalStore(subscribe, () => window.location.search, () => "");
  return { path: pathname, asked: Object.fromEntries(new URLSearchParams(search)) };
}

// Whether the state has yet to answer for what the address asks; it says for what it has answered.
export const isWaiting = (address, answered) =>
  Object.entries(answered).some(([name, value]) => [...(address.asked[name] ?? "")].slice(0, MOST).join("") !== value);

// A field whose text is a value of the address. Only what is typed and where the address leads change it, so no
// answer that comes late takes a letter back. `onChange` hears of it after a pause, on Enter, and when it is left.
export function AddressField({ parameter, pause, onChange, ref, ...rest }) {
  const address = useListAddress(), { key } = useLocation();
  const own = useRef(null), timer = useRef(0), isNew = useRef(true);
  const value = address.asked[parameter] ?? "";
  useImperativeHandle(ref, () => own.current);

  const write = () => ask({ [parameter]: own.current.value, page: "" });
  const settle = () => {
    if (!timer.current) return;
    clearTimeout(timer.current);
    timer.current = 0;
    onChange?.({ target: own.current });
  };
  const typed = () => {
    write();
    clearTimeout(timer.current);
    timer.current = setTimeout(settle, pause);
  };

  useLayoutEffect(() => {
    const isEarly = isNew.current && own.current.value !== "" && own.current.value !== value;
    isNew.current = false;
    if (isEarly) typed(); // before the page was alive
    else if (timer.current) write(); // while the page was on its way to another address
    else if (own.current.value !== value) own.current.value = value;
  }, [value, key]);
  // What is left in the middle of a word is in the address that Back leads to.
  useEffect(() => () => clearTimeout(timer.current), []);

  return createElement("input", {
    ...rest,
    ref: own,
    onInput: typed,
    onBlur: settle,
    onKeyDown: (event) => { if (event.key === "Enter") settle(); },
  });
}
