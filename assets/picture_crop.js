// Choose a picture, move and zoom it in a square frame, and send that square: a file of any size becomes a small one.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";

const SIDE = 512; // pixels that are sent
const MOST_ZOOM = 5, STEP = 0.04;
const ARROWS = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
const START = { x: 0, y: 0, zoom: 1 };

const within = (value, most) => Math.min(most, Math.max(-most, value));

// Where the picture's middle is, in frames off the frame's: never so far that the frame shows its edge.
const placed = ({ x, y, zoom }, image) => {
  const least = Math.min(image.naturalWidth, image.naturalHeight), near = Math.min(MOST_ZOOM, Math.max(1, zoom));
  const most = (side) => ((side / least) * near - 1) / 2;
  return { x: within(x, most(image.naturalWidth)), y: within(y, most(image.naturalHeight)), zoom: near };
};

const squareOf = (image, { x, y, zoom }) => {
  const { naturalWidth: width, naturalHeight: height } = image;
  const side = Math.min(width, height) / zoom;
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, width / 2 - x * side - side / 2, height / 2 - y * side - side / 2, side, side, 0, 0, SIDE, SIDE);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
};

// Why a picture was not taken. What stands before MentorBook refuses in pages of its own, and may not reach it.
const refusalOf = async (answer, words) => {
  const { fields, detail } = (await answer.json().catch(() => null)) ?? {};
  if (fields?.picture) return `${words.subject} ${fields.picture}.`;
  if (detail) return detail;
  if (answer.status === 413) return words.tooLarge;
  return answer.status < 500 ? words.refused : words.unreachable;
};

export function PictureCrop({ address, picture, words }) {
  const [source, setSource] = useState("");
  const [place, setPlace] = useState(START);
  const [isReady, setReady] = useState(false);
  const [isSending, setSending] = useState(false);
  const [told, setTold] = useState({ words: "", isBad: false });
  const input = useRef(null), opener = useRef(null), frame = useRef(null), image = useRef(null);
  const pointers = useRef(new Map());

  const move = (change) => setPlace((present) => placed({ ...present, ...change(present) }, image.current));
  const close = () => {
    setSource("");
    setReady(false);
    opener.current?.focus();
  };

  useEffect(() => () => { if (source) URL.revokeObjectURL(source); }, [source]);
  useLayoutEffect(() => { if (isReady) frame.current?.focus(); }, [isReady]);
  useEffect(() => {
    // React listens to the wheel without being able to keep the page from scrolling with it.
    const box = frame.current;
    const wheel = (event) => {
      event.preventDefault();
      move(({ zoom }) => ({ zoom: zoom * Math.exp(-event.deltaY / 500) }));
    };
    box?.addEventListener("wheel", wheel, { passive: false });
    return () => box?.removeEventListener("wheel", wheel);
  }, [isReady]);

  const choose = (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    setTold({ words: "", isBad: false });
    setPlace(START);
    setReady(false);
    setSource(URL.createObjectURL(file));
  };

  const send = async (method, options, done) => {
    if (isSending) return;
    setSending(true);
    try {
      const answer = await fetch(address, { method, ...options });
      if (answer.ok) {
        setTold({ words: done, isBad: false });
        close();
      } else {
        setTold({ words: await refusalOf(answer, words), isBad: true });
      }
    } catch {
      setTold({ words: words.unreachable, isBad: true });
    } finally {
      setSending(false);
    }
  };
  const save = async () => {
    if (isSending) return;
    const body = await squareOf(image.current, place);
    await send("PUT", { body, headers: { "Content-Type": "image/jpeg" } }, words.saved);
  };

  const pointer = (event) => {
    const known = pointers.current, before = known.get(event.pointerId);
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    else if (!before) return;
    if (event.type === "pointerup" || event.type === "pointercancel") return known.delete(event.pointerId);
    const now = { x: event.clientX, y: event.clientY };
    const other = [...known].find(([id]) => id !== event.pointerId)?.[1];
    known.set(event.pointerId, now);
    if (!before) return;
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    const side = event.currentTarget.clientWidth;
    if (other) move(({ zoom }) => ({ zoom: (zoom * apart(now)) / apart(before) }));
    else move(({ x, y }) => ({ x: x + (now.x - before.x) / side, y: y + (now.y - before.y) / side }));
  };
  const key = (event) => {
    const zoomed = { "+": 1.1, "=": 1.1, "-": 1 / 1.1 }[event.key], moved = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || (!zoomed && !moved)) return;
    event.preventDefault();
    if (zoomed) move(({ zoom }) => ({ zoom: zoom * zoomed }));
    else move(({ x, y }) => ({ x: x + moved[0], y: y + moved[1] }));
  };

  const button = (kind, text, onClick, more) => h("button", { type: "button", className: `btn ${kind}`, onClick, ...more }, text);
  const busy = { "aria-busy": isSending ? "true" : "false", "data-once": "" };
  const least = isReady ? Math.min(image.current.naturalWidth, image.current.naturalHeight) : 1;
  const photo = source && h("img", {
    ref: image,
    src: source,
    alt: "",
    draggable: false,
    style: isReady ? {
      width: `${(image.current.naturalWidth / least) * place.zoom * 100}%`,
      left: `${50 + place.x * 100}%`,
      top: `${50 + place.y * 100}%`,
    } : { visibility: "hidden" },
    onLoad: () => setReady(true),
    onError: () => {
      setTold({ words: words.unreadable, isBad: true });
      close();
    },
  });
  const cropping = source && h("div", { className: "crop", hidden: !isReady },
    h("div", {
      ref: frame,
      className: "crop-frame",
      tabIndex: 0,
      role: "group",
      "aria-label": words.frame,
      "aria-describedby": "crop-hint",
      "data-testid": "crop-frame",
      "data-place": `${place.x.toFixed(2)} ${place.y.toFixed(2)} ${place.zoom.toFixed(2)}`,
      onPointerDown: pointer, onPointerMove: pointer, onPointerUp: pointer, onPointerCancel: pointer, onKeyDown: key,
    }, photo),
    h("label", { className: "crop-zoom" }, h("span", null, words.zoom), h("input", {
      type: "range", min: 1, max: MOST_ZOOM, step: 0.01, value: place.zoom,
      onChange: (event) => { const zoom = Number(event.target.value); move(() => ({ zoom })); },
    })),
    h("p", { id: "crop-hint", className: "field-hint" }, words.hint),
    h("div", { className: "row wrap" },
      button("p", isSending ? words.saving : words.save, save, { ...busy, "data-testid": "save-picture" }),
      button("", words.cancel, close)));
  return h("div", { className: "picture-choice" },
    h("input", {
      ref: input, type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true, onChange: choose,
      "data-testid": "picture-file", tabIndex: -1,
    }),
    h("div", { className: "row wrap" },
      button("", picture ? words.another : words.choose, () => input.current.click(), { ref: opener, "data-testid": "choose-picture" }),
      picture && !source && button("g", words.remove, () => send("DELETE", {}, words.removed), { ...busy, "data-testid": "remove-picture" })),
    h("p", { role: "status", className: told.isBad ? "sr-only" : "field-hint", "data-testid": "picture-told" }, told.isBad ? "" : told.words),
    h("p", { role: "alert", className: "field-error", "data-testid": "picture-problem" }, told.isBad ? told.words : ""),
    cropping);
}
