"""A text field over a state's value: on a slow line, no answer takes back what was typed meanwhile."""

from reflex_components_core.core.debounce import DebounceInput


class TypedInput(DebounceInput):
    """Wraps an `rx.el.input` or `rx.el.textarea` as `rx.debounce_input` does, and keeps what is typed.

    That one shows each answer of the state as it comes: what was typed after the report that the answer is
    about is gone from the field for a while, and for good when somebody types on.
    """

    library = "$/public/typed_input.js"
    tag = "TypedInput"
    is_default = False


typed_input = TypedInput.create
