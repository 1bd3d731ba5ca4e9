// A text field that reports after a pause, on Enter and when it is left, and that no answer writes over which is
// only about what it has reported before. What the server says by itself is shown, but not while somebody types.
import { createElement, useImperativeHandle, useLayoutEffect, useRef } from "react";

const MOST = 50; // reports whose answers have not come

// A text in a field; what somebody has selected whole, to type over it, stays selected.
const show = (field, text) => {
  if (field.value === text) return;
  const isSelected = field === document.activeElement && field.value !== ""
    && field.selectionStart === 0 && field.selectionEnd === field.value.length;
  field.value = text;
  if (isSelected) field.select();
};

export function TypedInput({ element, value, debounceTimeout, onChange, onKeyDown, onBlur, inputRef, ...rest }) {
  const own = useRef(null), timer = useRef(0), reported = useRef([]), report = useRef(onChange);
  report.current = onChange;
  useImperativeHandle(inputRef, () => own.current);

  const settle = () => {
    if (!timer.current) return;
    clearTimeout(timer.current);
    timer.current = 0;
    reported.current = [...reported.current, own.current.value].slice(-MOST);
    report.current?.({ target: own.current });
  };
  const typed = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(settle, debounceTimeout);
  };

  useLayoutEffect(() => {
    const text = value ?? "", place = reported.current.indexOf(text);
    if (place >= 0) reported.current = reported.current.slice(place + 1);
    else if (!timer.current) {
      reported.current = [];
      show(own.current, text);
    }
  }, [value]);
  useLayoutEffect(() => settle, []);

  return createElement(element, {
    ...rest,
    ref: own,
    defaultValue: value ?? "",
    onInput: typed,
    onBlur: (event) => { settle(); onBlur?.(event); },
    onKeyDown: (event) => { if (event.key === "Enter") settle(); onKeyDown?.(event); },
  });
}
