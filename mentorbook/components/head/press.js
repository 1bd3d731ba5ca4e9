// A double click is one press: what it leads on to is not pressed by its second half, nor by a key held down.
(() => {
  const leadsOn = (event) => event.target.closest?.("[data-once]");

  document.addEventListener("click", (event) => {
    if (event.detail < 2 || !leadsOn(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter" && leadsOn(event)) event.preventDefault();
  }, true);

  // Where days and times stand under each other, a chosen day leads to its times, and there is a way back.
  const isUnder = (below, above) => below.getBoundingClientRect().top >= above.getBoundingClientRect().bottom;
  const show = (place) => {
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({ block: "start", behavior: isStill ? "auto" : "smooth" });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".pick button[data-date], .pick [data-to-days]");
    const pick = button?.closest(".pick");
    const [days, times] = [".pick-month", ".pick-day"].map((part) => pick?.querySelector(part));
    if (!times || !isUnder(times, days)) return;
    requestAnimationFrame(() => show(button.matches("[data-to-days]") ? days : times));
  });

  // What is pressed before the page listens is done once it does. The browser alone would send a form as an
  // address, with the password in it. React marks the elements that it listens to, and what is done before the
  // page is ready is undone by how the page begins.
  const isKnown = (element) => Object.keys(element).some((key) => key.startsWith("__reactProps$"));
  const isReady = () => document.querySelector("main[data-ready=true]") !== null;
  let early = null;
  const keep = (element, shown, act) => {
    early?.shown?.removeAttribute("aria-busy");
    early = { element, shown, act };
    shown?.setAttribute("aria-busy", "true");
    setTimeout(look, 50, early);
  };
  const look = (kept) => {
    if (kept !== early) return;
    if (kept.element.isConnected && !(isKnown(kept.element) && isReady())) return setTimeout(look, 50, kept);
    early = null;
    kept.shown?.removeAttribute("aria-busy");
    if (kept.element.isConnected) kept.act();
  };

  window.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button && !isKnown(button)) keep(button, button, () => button.click());
  });

  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (isKnown(form)) return;
    event.preventDefault();
    keep(form, event.submitter, () => form.requestSubmit(event.submitter));
  });
})();
