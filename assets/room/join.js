// The way into a room: the pass is asked for at the press and handed to LiveKit. It stays in this page's memory: it
// gets into no storage, no address, no log and no state of the server.

const DEADLINE = 20_000;
const CODES = { 401: "signed_out", 403: "not_permitted", 404: "missing", 409: "not_now", 429: "too_many", 503: "video_down" };
// What mends itself, or may; everything else needs somebody to do something.
const PASSING = ["video_down", "slow", "offline", "unreachable", "lost"];
const WAITS = [2, 4, 8, 15, 30]; // seconds
const LONGEST_WAIT = 60;
const LOADS_WITHIN = 20_000, LONGEST_AWAY = 120_000; // milliseconds

export const mayPass = (code) => PASSING.includes(code);

// Whether nobody can be taken to be there still: a closed computer that is opened again sends no picture by itself. By
// the wall's time, since a timer does not run while a computer sleeps.
export const isTooLong = (since) => since > 0 && Date.now() - since > LONGEST_AWAY;

// How long to wait before the next try, in milliseconds: as the server says, else longer each time.
export const waitOf = (tries, after) => 1000 * Math.min(LONGEST_WAIT, after || WAITS[Math.min(tries, WAITS.length - 1)]);

// `{pass}`, or why there is none: `{code, detail, after}`. `signal` gives up.
export async function passFor(booking, signal) {
  const stopping = new AbortController(), stop = () => stopping.abort();
  const deadline = setTimeout(stop, DEADLINE);
  signal.addEventListener("abort", stop);
  try {
    const answer = await fetch(`/api/bookings/${encodeURIComponent(booking)}/join`, {
      method: "POST", cache: "no-store", headers: { Accept: "application/json" }, signal: stopping.signal,
    });
    const { serverUrl, token, detail } = (await answer.json().catch(() => null)) ?? {};
    if (answer.ok && serverUrl && token) return { pass: { serverUrl, token } };
    const code = CODES[answer.status] ?? (answer.status >= 500 ? "video_down" : "failed");
    return { code, detail: detail ?? "", after: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { code: stopping.signal.aborted ? "slow" : "offline", detail: "", after: 0 };
  } finally {
    clearTimeout(deadline);
  }
}

// LiveKit and all that is drawn with it come with the first press of Join, and with nothing before; nothing when they
// do not come in time.
export const loadStage = () => Promise.race([
  import("./stage.js").then((module) => module.Stage, () => null),
  new Promise((resolve) => { setTimeout(resolve, LOADS_WITHIN, null); }),
]);
