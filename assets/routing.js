// What makes going to another page quick: its code is here before, and a pressed link shows that it was.
import { createElement, useEffect, useLayoutEffect, useState } from "react";
import { PrefetchPageLinks, useNavigation } from "react-router";

const asked = new Set();

// Has the browser fetch the code of routes, each once in the life of the document, and nothing of their content.
export function RoutesAhead({ addresses, due }) {
  const [fresh, setFresh] = useState([]);
  useEffect(() => {
    if (!due) return;
    const others = addresses.filter((each) => !asked.has(each));
    for (const each of others) asked.add(each);
    if (others.length) setFresh((before) => [...before, ...others]);
  }, [due, addresses.join()]);
  return fresh.map((page) => createElement(PrefetchPageLinks, { key: page, page, fetchPriority: "low" }));
}

// A link that was pressed is busy until its page is there, which takes a while when its code has to be fetched.
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
