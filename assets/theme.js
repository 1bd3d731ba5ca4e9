// A new theme is everywhere at once: what glides under the pointer would keep the old one's colours for a while.
(() => {
  const root = document.documentElement;
  let shown = root.className;
  new MutationObserver(() => {
    if (root.className === shown) return;
    shown = root.className;
    root.dataset.theme = "changes";
    requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset.theme));
  }).observe(root, { attributes: true, attributeFilter: ["class"] });
})();
