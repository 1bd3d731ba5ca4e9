// Arrow keys in the month: the focus moves over the days, and over the month's edge into the next one.
(() => {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const dayButtons = (calendar) => [...calendar.querySelectorAll("button[data-date]")];

  const focusDay = (calendar, pick) => {
    const days = dayButtons(calendar);
    const target = pick(days);
    if (target) target.focus();
  };

  const turn = (calendar, forward, pick) => {
    const section = calendar.closest("section");
    const button = section.querySelector(`[data-calendar="month-${forward ? "on" : "back"}"]`);
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const before = dayButtons(calendar)[0]?.dataset.date;
    const watcher = new MutationObserver(() => {
      if (dayButtons(calendar)[0]?.dataset.date === before) return;
      watcher.disconnect();
      focusDay(calendar, pick);
    });
    watcher.observe(calendar, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(() => watcher.disconnect(), 3000);
    button.click();
  };

  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.("[data-calendar=month] button[data-date]");
    if (!button) return;
    const calendar = button.closest("[data-calendar=month]");
    const days = dayButtons(calendar);
    const index = days.indexOf(button);
    const number = Number(button.dataset.date.slice(8));
    const sameNumber = (others) => others[Math.min(number, others.length) - 1];
    const weekday = (new Date(`${button.dataset.date}T12:00:00Z`).getUTCDay() + 6) % 7;
    if (event.key in step) {
      const next = index + step[event.key];
      if (days[next]) days[next].focus();
      else if (next < 0) turn(calendar, false, (others) => others[others.length + next]);
      else turn(calendar, true, (others) => others[next - days.length]);
    } else if (event.key === "Home") days[Math.max(0, index - weekday)].focus();
    else if (event.key === "End") days[Math.min(days.length - 1, index + 6 - weekday)].focus();
    else if (event.key === "PageUp") turn(calendar, false, sameNumber);
    else if (event.key === "PageDown") turn(calendar, true, sameNumber);
    else return;
    event.preventDefault();
  });
})();
