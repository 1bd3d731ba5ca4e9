// Returns what is wrong within some parts of the page, as sentences; see boxes.py.
(within) => {
    const faults = [];
    const name = (element) => {
        const tag = element.tagName.toLowerCase(), id = element.dataset.testid || element.getAttribute("class");
        const words = (element.getAttribute("aria-label") || element.textContent).trim().slice(0, 30);
        return `${tag}.${id} “${words}”`;
    };
    const styles = new Map();
    const style = (element) => {
        if (!styles.has(element)) {
            const { display, position, overflowX, overflowY, textOverflow, clipPath, webkitLineClamp }
                = getComputedStyle(element);
            const isCutOff = overflowX === "hidden" && (textOverflow === "ellipsis" || webkitLineClamp !== "none");
            styles.set(element, { display, position, overflowX, overflowY, isCutOff, clipPath });
        }
        return styles.get(element);
    };
    const rects = new Map();
    const rect = (element) => {
        if (!rects.has(element)) rects.set(element, element.getBoundingClientRect());
        return rects.get(element);
    };
    const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
    const isCut = (element) => element !== null && (style(element).clipPath !== "none" || isCut(element.parentElement));
    const isShown = (element) => !element.closest(".skip, [data-sonner-toaster]") && !isCut(element)
        && element.checkVisibility({ visibilityProperty: true });
    const isEnough = (inner, outer) => inner <= outer + 1;

    const look = (what, box, from) => {
        let high = true;
        for (let around = from; around && around !== document.documentElement; around = around.parentElement) {
            const { display, position, overflowX, overflowY, isCutOff } = style(around);
            if (display === "inline" || display === "contents") continue;
            if (isCutOff) return;
            const outer = rect(around);
            const across = isEnough(outer.left, box.left) && isEnough(box.right, outer.right);
            if (scrolls(overflowX) && around.scrollWidth > around.clientWidth + 1
                && around.matches(".chips.scroll, .table-frame")) return;
            if (!across) {
                faults.push(`outside: ${what} (${Math.round(box.left)}–${Math.round(box.right)}) sticks out of `
                    + `${name(around)} (${Math.round(outer.left)}–${Math.round(outer.right)})`);
                return;
            }
            if (scrolls(overflowY)) high = false;
            if (high && around !== document.body
                && !(isEnough(outer.top, box.top) && isEnough(box.bottom, outer.bottom))) {
                faults.push(`outside: ${what} (${Math.round(box.top)}–${Math.round(box.bottom)} down) sticks out of `
                    + `${name(around)} (${Math.round(outer.top)}–${Math.round(outer.bottom)})`);
                return;
            }
            if (position === "absolute" || position === "fixed") {
                if (position === "fixed") return;
                high = false;
            }
        }
    };

    const rowOf = (text, index) => {
        const letter = document.createRange();
        letter.setStart(text, index);
        letter.setEnd(text, index + 1);
        const box = letter.getBoundingClientRect();
        return box.height ? box.top + box.height / 2 : null;
    };
    // A dot between two things that are not in one line, unless it lies outside of a box that cuts it off.
    const isDangling = (text, index) => {
        const own = rowOf(text, index), parent = text.parentElement;
        if (own === null) return false;
        const box = rect(parent), around = parent.offsetParent?.parentElement;
        if (style(parent).position === "absolute" && style(around).overflowX === "hidden"
            && box.right <= rect(around).left + 1) return false;
        const others = [];
        for (const step of [-1, 1]) {
            let at = index + step;
            while (text.data[at]?.trim() === "") at += step;
            if (text.data[at]) others.push(rowOf(text, at));
            else {
                const beside = step < 0 ? parent.previousElementSibling : parent.nextElementSibling;
                if (beside?.checkVisibility() && parent.textContent.trim() === "·")
                    others.push(rect(beside).top + rect(beside).height / 2);
            }
        }
        return others.some((other) => other !== null && Math.abs(other - own) > 10);
    };

    // The same for a dot that a style sheet puts before an element.
    const isLeftOver = (element) => {
        if (!getComputedStyle(element, "::before").content.includes("·")) return false;
        const own = rect(element), before = element.previousElementSibling;
        if (before && rect(before).right <= own.left + 1 && rect(before).top < own.bottom && own.top < rect(before).bottom)
            return false;
        for (let around = element.parentElement; around; around = around.parentElement)
            if (!["visible", "clip"].includes(style(around).overflowX) && style(around).display !== "contents")
                return rect(around).left < own.left - 1;
        return true;
    };

    const scopes = within.flatMap((each) => [...document.querySelectorAll(each)]).filter((each) => each.checkVisibility());
    const range = document.createRange();
    for (const scope of scopes) {
        const words = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
        for (let text = words.nextNode(); text; text = words.nextNode()) {
            const parent = text.parentElement;
            if (!text.data.trim() || parent.matches("option, textarea") || !isShown(parent)) continue;
            range.selectNodeContents(text);
            const lines = [...range.getClientRects()].filter((line) => line.width);
            if (!lines.length) continue;
            const longest = Math.max(...text.data.split(/\s+/).map((word) => word.length));
            const rows = new Set(lines.map((line) => Math.round(line.top))).size;
            if (longest < 16 && rows > text.data.trim().split(/\s+/).length)
                faults.push(`broken: “${text.data.trim().slice(0, 30)}” has too little room for its words`);
            for (const dot of text.data.matchAll(/·/g)) if (isDangling(text, dot.index))
                faults.push(`dangling: the dot of “${parent.parentElement.textContent.trim().slice(0, 60)}”`);
            if (text.data.trim() === "·" && style(parent).position === "absolute") continue;
            look(`“${text.data.trim().slice(0, 30)}”`, {
                left: Math.min(...lines.map((line) => line.left)), right: Math.max(...lines.map((line) => line.right)),
                // Letters are less high than their line: a tight line height is no fault.
                top: Math.min(...lines.map((line) => line.top + line.height / 4)),
                bottom: Math.max(...lines.map((line) => line.bottom - line.height / 4)),
            }, parent);
        }
        for (const element of scope.querySelectorAll("*")) if (isShown(element) && isLeftOver(element))
            faults.push(`dangling: the dot before “${element.textContent.trim().slice(0, 60)}”`);
        const controls = [...scope.querySelectorAll("button, a, input, textarea, select, summary, [role=option]")]
            .filter(isShown);
        for (const control of controls) look(name(control), rect(control), control.parentElement);
        const moved = new Map();
        for (const control of controls) {
            for (let around = control.parentElement; around; around = around.parentElement)
                if (!moved.has(around)) moved.set(around, [around.scrollLeft, around.scrollTop]);
        }
        for (const control of controls) {
            control.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
            const line = [...control.getClientRects()].find((each) => each.width && each.height);
            if (!line) continue;
            const x = line.left + line.width / 2, y = line.top + line.height / 2;
            const top = document.elementFromPoint(x, y);
            if (!top || !(control.contains(top) || top.contains(control) && top.matches("label, a, button")))
                faults.push(`covered: ${name(control)} at ${Math.round(x)}, ${Math.round(y)}`
                    + ` is under ${top ? name(top) : "the edge of the screen"}`);
        }
        for (const [around, [left, top]] of moved) { around.scrollLeft = left; around.scrollTop = top; }
    }
    if (document.documentElement.scrollWidth > innerWidth)
        faults.push(`the page scrolls sideways by ${document.documentElement.scrollWidth - innerWidth}`);
    return faults;
}
