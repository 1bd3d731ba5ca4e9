// The whole window for a meeting. It is dark in both themes, like every place where one looks at a picture.
import { createElement as h, useEffect, useRef } from "react";

export function Dark({ label, testid, children }) {
  const place = useRef(null);
  useEffect(() => { place.current.focus(); }, []);
  return h("main", {
    ref: place, tabIndex: -1, className: "radix-themes dark room", "aria-label": label, "data-testid": testid,
    "data-accent-color": "iris", "data-gray-color": "slate", "data-radius": "large", "data-panel-background": "solid", "data-scaling": "100%",
  }, children);
}
