// The server's clock in the browser: what is left is counted from what the server sent, whatever this computer's
// own clock says.
import { useEffect, useState } from "react";

let heardAt = 0, ahead = 0;

// `asOf` is the server's present in milliseconds. What the page remembers from before is older, and tells nothing.
export function heard(asOf) {
  if (asOf > heardAt) {
    heardAt = asOf;
    ahead = asOf - Date.now();
  }
}

export const serverNow = () => Date.now() + ahead;

// The server's present, anew every second while somebody looks at it.
export function useServerNow(isOn = true) {
  const [present, setPresent] = useState(serverNow);
  useEffect(() => {
    if (!isOn) return;
    setPresent(serverNow());
    const ticking = setInterval(() => setPresent(serverNow()), 1000);
    return () => clearInterval(ticking);
  }, [isOn]);
  return present;
}

// A length of time as `41:12` or `1:04:00`; never less than nothing.
export function lengthOf(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
