// In a page: notes when what a press is to change has changed, by the browser's own clock.
(() => {
  // What is in the document but not drawn is not there.
  const all = (id, data = "") =>
    [...document.querySelectorAll(`[data-testid="${id}"]${data}`)].filter((each) => each.checkVisibility());
  const one = (id, data = "") => all(id, data)[0];
  const stands = (id) => {
    // A dialog with its content: nothing in it says that something is still to come.
    const part = one(id);
    return Boolean(part) && !part.matches("[aria-busy=true]") && !part.querySelector("[aria-busy=true], .skeleton");
  };

  function arm(wanted, patience) {
    for (const [name, holds] of Object.entries(wanted)) {
      if (holds()) throw new Error(`"${name}" holds before the press`);
    }
    window.pressWatch.outcome = new Promise((resolve) => {
      let pressed = 0, control = null, wasOn = false, sign = null;
      const times = {};
      const note = (mutated) => {
        if (!pressed) return;
        const now = performance.now();
        if (sign === null && (mutated || (control && control.checked !== wasOn))) sign = now - pressed;
        for (const [name, holds] of Object.entries(wanted)) {
          if (!(name in times) && holds()) times[name] = now - pressed;
        }
        if (Object.keys(times).length === Object.keys(wanted).length || now - pressed > patience) end();
      };
      const observer = new MutationObserver(() => note(true));
      const press = (event) => {
        // The second click that a label gives its control is the same press.
        if (pressed) return;
        pressed = event.timeStamp;
        control = event.target.closest("label")?.control ?? event.target.closest("input");
        wasOn = control?.checked;
      };
      const frame = () => { if (!ended) { note(false); requestAnimationFrame(frame); } };
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        observer.disconnect();
        removeEventListener("click", press, true);
        resolve({ sign, times });
      };
      addEventListener("click", press, true);
      observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
      requestAnimationFrame(frame);
    });
  }

  window.pressWatch = { one, all, stands, arm, outcome: null };
})();
