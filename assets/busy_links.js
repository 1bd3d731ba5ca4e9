// A link that was pressed is busy until its page is there, which takes a while when its code has to be fetched.
import { useLayoutEffect } from "react";
import { useNavigation } from "react-router";

export function BusyLinks() {
  const { location } = useNavigation();
  useLayoutEffect(() => {
    if (!location) return;
    const address = location.pathname + location.search;
    const pressed = [...document.querySelectorAll("a[href]")].filter((link) => link.getAttribute("href") === address);
    for (const link of pressed) link.setAttribute("aria-busy", "true");
    return () => {
      for (const link of pressed) link.removeAttribute("aria-busy");
    };
  }, [location]);
  return null;
}
