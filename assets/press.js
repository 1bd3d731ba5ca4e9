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
})();
