"""Sets up what a clone needs to run and starts a program in it: prepare.py PROFILE PROGRAM [ARGUMENT...]

PROFILE is `run` (what Rapport needs) or `dev` (and what its tests need). Only the standard library is used. Everything
that is made is stamped with a hash of what it was made from, so that a second start only compares.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PROFILES = {"run": ["base"], "dev": ["base", "dev"]}
# What would make pip install somewhere else.
UNWANTED = {"PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"}
NO_VENV = """Python's venv or ensurepip is missing ({reason}).
On Debian and Ubuntu: apt install python3-venv. Or name another Python: RAPPORT_PYTHON=/path/to/python3"""


class Refused(Exception):
    """Set-up cannot go on; the text says why, for people."""


def main(profile: str, *program: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in UNWANTED} | {"PYTHONPATH": str(ROOT)}
    try:
        lock = (ROOT / ".setup.lock").open("w")
    except OSError as error:
        # A clone that is set up may well be read-only.
        if not PYTHON.exists():
            sys.exit(f"Rapport cannot be set up in {ROOT}: {error}")
    else:
        with lock:
            # Two starts at once: the second waits here, and then finds everything done.
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                set_up(PROFILES[profile], environment)
            except (Refused, OSError) as reason:
                sys.exit(f"Rapport could not be set up: {reason}")
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *program], environment)


def set_up(parts: list[str], environment: dict[str, str]) -> None:
    if not VENV.is_symlink():  # a link is somebody's shared environment, and theirs to keep
        make_venv()
        for part in parts:
            install(part, environment)
    assets = ROOT / "rapport" / "platform" / "ui" / "assets.py"
    if assets.exists():
        run("Building the browser's files", ["-m", "rapport.platform.ui.assets"], environment)
    compile_translations(environment)
    collect(environment)


def make_venv() -> None:
    # The link to a Python that has been removed since does not exist, either.
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    say("Making a Python environment in .venv")
    try:
        import ensurepip  # noqa: F401
        import venv

        venv.EnvBuilder(with_pip=True, symlinks=True, clear=True).create(VENV)
    except (ImportError, subprocess.CalledProcessError) as error:
        raise Refused(NO_VENV.format(reason=error)) from error


def install(part: str, environment: dict[str, str]) -> None:
    lock = ROOT / "requirements" / f"{part}.txt"
    made_from = fingerprint([lock], sys.version)
    stamp = VENV / f"rapport-{part}.stamp"
    if is_stamped(stamp, made_from):
        return
    say(f"Installing what is listed in requirements/{part}.txt (once)")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    if subprocess.run(command, env=environment, cwd=ROOT, stdout=sys.stderr).returncode:
        raise Refused(f"The packages in requirements/{part}.txt could not be installed; what pip says is above.")
    stamp.write_text(made_from)


def compile_translations(environment: dict[str, str]) -> None:
    """Makes the files that Django reads, when a catalogue has changed since the last time."""
    catalogues = sorted((ROOT / "rapport" / "locale").glob("*/LC_MESSAGES/*.po"))
    made = all(path.with_suffix(".mo").exists() for path in catalogues)
    # rapport/platform/ui/catalogues.py writes the stamp.
    if not made or not is_stamped(ROOT / "rapport" / "locale" / ".stamp", fingerprint(catalogues)):
        run("Compiling the translations", ["-m", "rapport.platform.ui.catalogues"], environment)


def collect(environment: dict[str, str]) -> None:
    """Gathers the hashed browser files, when one of them has changed since the last time."""
    target = Path(environment.get("RAPPORT_STATIC") or ROOT / "var" / "static")
    files = [path for folder in ROOT.glob("rapport/**/static") for path in folder.rglob("*") if path.is_file()]
    files += [ROOT / "requirements" / "base.txt", ROOT / "rapport" / "config" / "settings.py"]
    known = "\n".join(f"{p.relative_to(ROOT)} {(s := p.stat()).st_size} {s.st_mtime_ns}" for p in sorted(files))
    stamp = target / ".stamp"
    made_from = hashlib.sha256(known.encode()).hexdigest()
    if is_stamped(stamp, made_from):
        return
    run(
        "Collecting the browser's files",
        ["-m", "django", "collectstatic", "--no-input", "-v", "0"],
        environment,
    )
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)


def run(what: str, arguments: list[str], environment: dict[str, str]) -> None:
    with_settings = environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    done = subprocess.run([PYTHON, *arguments], env=with_settings, cwd=ROOT, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise Refused(f"{what} failed; the reason is above.")


def fingerprint(paths: list[Path], *more: str) -> str:
    total = hashlib.sha256("\n".join(more).encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def is_stamped(stamp: Path, made_from: str) -> bool:
    try:
        return stamp.read_text() == made_from
    except FileNotFoundError:
        return False


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
