// Where the focus goes when what had it is gone, and what is typed when a dialog is left by Escape.
(() => {
  // A dialog gives the focus back to the button that opened it, or to the page when that is gone.
  let opener = "";
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-opens]");
    if (button) opener = button.id;
  });
  window.mentorbookReturn = () => (document.getElementById(opener) || document.getElementById("main"))?.focus();

  // A button may go by what it did, or by what somebody else did: the dialog or the page around it takes over.
  const around = "[role=dialog], [role=alertdialog], main";
  let last = null, places = [];
  document.addEventListener("focusin", (event) => {
    last = event.target;
    places = [];
    for (let place = last.closest(around); place; place = place.parentElement?.closest(around)) places.push(place);
  });
  new MutationObserver(() => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    const place = places.find((each) => each.isConnected) || document.getElementById("main");
    place?.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Text fields report after a pause. Escape does not wait for it: what was typed last counts as typed.
  window.addEventListener("keydown", (event) => {
    const field = document.activeElement;
    if (event.key !== "Escape" || !field?.matches("input, textarea")) return;
    field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }, true);
})();
