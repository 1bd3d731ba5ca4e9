// What a tab has been shown a moment ago, so that going back shows it at once while the server is asked again.
// Kept in the page's own memory: a log-in and a log-out are full navigations, which begin without it.
import { useLocation } from "react-router";

const MOST = 8; // pages of one kind
const shelves = new Map();
let owner = "";

// A value as `state/address.py` reads it, or nothing where that reads nothing.
const plain = (text) => (/^[\w-]*$/.test(text ?? "") ? text ?? "" : "");

const last = (query, name) => query.getAll(name).filter(Boolean).at(-1);

export const choiceOf = (query, name, choices) => (choices.includes(last(query, name)) ? last(query, name) : choices[0]);

// A state as it is to be drawn at the address that the browser is at, which the state may not know yet.
// `by` names the parameters of the address that make another page of it.
export function useSeen(kind, by, person, settled, state) {
  const { pathname, search } = useLocation();
  const given = new URLSearchParams(search);
  const wanted = [pathname, ...by.map((name) => plain(last(given, name)))].join(" ");
  const { asked_rx_state_: asked, phase_rx_state_: phase } = state;
  if (person !== owner) {
    shelves.clear();
    owner = person;
  }
  if (!shelves.has(kind)) shelves.set(kind, new Map());
  const shelf = shelves.get(kind);
  if (asked && phase !== "loading") {
    shelf.delete(asked);
    if (phase === "shown") shelf.set(asked, state);
    if (shelf.size > MOST) shelf.delete(shelf.keys().next().value);
  }
  if (asked === wanted && phase !== "loading") return state;
  // An address that the server reads in another way than the browser still gets its answer.
  if (settled && asked && phase !== "loading" && phase !== "shown") return state;
  return shelf.get(wanted) ?? { ...state, phase_rx_state_: "loading" };
}
