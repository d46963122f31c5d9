"""Make a virtual environment beside the one that is there, and put it in its place once it is whole.

usage: PYTHON scripts/set_up.py VENV REQUIREMENT...          a new one; REQUIREMENT: azure-cli==2.91.0 or -r FILE
       PYTHON scripts/set_up.py --add VENV REQUIREMENT...    more for one that is there
       PYTHON scripts/set_up.py --installer STAMP            what installs them quicker, before the first of these

VENV becomes a link to a folder in .venv/made. What was there works until then, and goes on working where nothing can be
installed, as without a network. (run by make)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

INSTALLER = Path(".venv/installer")
MADE = Path(".venv/made")
ELSEWHERE = {
    f"{tool}_{name}"
    for tool in ("PIP", "UV")
    for name in ("TARGET", "PREFIX", "ROOT", "USER", "DRY_RUN", "SYSTEM_PYTHON", "REQUIRE_VIRTUALENV")
}
PIP = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]


class Failed(Exception):
    """What could not be installed, and what to do."""


def main(words):
    if words[:1] == ["--installer"]:
        get_uv()
        if uv_here():
            Path(words[1]).touch()
        return 0
    add = words[:1] == ["--add"]
    target, wanted = Path(words[add]), words[add + 1 :]
    start = time.monotonic()
    print(f"{'add to' if add else 'set up'} {target}", flush=True)
    try:
        if add:
            install(target, wanted)
        else:
            swap(target, made(target.name, wanted))
    except (Failed, OSError) as failure:
        kept = f"; {target} is as it was before" if target.exists() and not add else ""
        return f"{target} could not be set up: {failure}{kept}"
    except KeyboardInterrupt:
        return f"{target}: interrupted{'; it is as it was before' if target.exists() and not add else ''}"
    print(f"{target} took {time.monotonic() - start:.0f} s", flush=True)
    return 0


def made(name, wanted):
    """A whole environment under a name of its own."""
    MADE.mkdir(parents=True, exist_ok=True)
    clear(name)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}+{os.getpid()}-", dir=str(MADE)))
    try:
        # ensurepip takes longer than all that uv installs
        venv.create(str(folder), symlinks=os.name != "nt", with_pip=not uv_here())
        install(folder, wanted)
    except BaseException as failure:
        shutil.rmtree(str(folder), ignore_errors=True)
        if isinstance(failure, subprocess.CalledProcessError):
            raise Failed(f"{sys.executable} has no venv and ensurepip: on Debian, install python3-venv") from failure
        raise
    return folder


def clear(name):
    """Take away what runs that were killed have left of this one: hundreds of megabytes each."""
    used = {link.resolve().name for link in MADE.parent.iterdir() if link.is_symlink()}
    for folder in MADE.iterdir():
        of, _, rest = folder.name.partition("+")
        if of == name and folder.name not in used and not runs(rest.split("-")[0]):
            shutil.rmtree(str(folder), ignore_errors=True)


def runs(process):
    """Whether a process is there. Where that is not known, it is taken for one that is."""
    if os.name == "nt":  # there a signal of 0 is Ctrl-C
        return True
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def swap(target, folder):
    """Have the target lead to the new folder, and take away what it led to."""
    link = target.with_name(f".{target.name}-link")
    if link.is_symlink():
        link.unlink()
    before = target.resolve() if target.is_symlink() else None
    if target.is_dir() and not target.is_symlink():  # made by an older Makefile
        shutil.rmtree(str(target))
    link.symlink_to(Path(os.path.relpath(str(folder), str(target.parent))), target_is_directory=True)
    os.replace(str(link), str(target))
    # only what was made here under this name: a link may be somebody's own
    if before and before.parent == MADE.resolve() and before.name.startswith(f"{target.name}+"):
        shutil.rmtree(str(before), ignore_errors=True)


def install(folder, wanted):
    """Install by uv, which is quicker, or by pip: an index that only pip's own settings name is unknown to uv."""
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    uv = uv_here()
    if uv:
        if not subprocess.call([uv, "pip", "install", "-q", "--python", python, *wanted], env=environment()):
            return
        print("uv could not install that; pip is asked", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment()}
        subprocess.call([python, "-m", "ensurepip"], **quiet)
    if subprocess.call([python, *PIP, *wanted], env=environment()):
        raise Failed(
            "not all could be installed, and why stands above. Where that is for want of a network or a package index: "
            "try again later, or set PIP_FIND_LINKS to a folder that has the packages"
        )


def environment():
    """The caller's, without what would have an installer install elsewhere, or not at all."""
    return {name: value for name, value in os.environ.items() if name not in ELSEWHERE}


def uv_here():
    """The uv of the path, or one of our own; None where there is none."""
    return shutil.which("uv") or shutil.which(str(INSTALLER / "bin" / "uv"))


def get_uv():
    """Have a uv of our own, unless there is one. Without it all goes on, by pip."""
    if uv_here():
        return
    wanted = ["--retries", "1", "--target", str(INSTALLER), "-r", "requirements/installer.txt"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment()}
    shutil.rmtree(str(INSTALLER), ignore_errors=True)
    if subprocess.call([sys.executable, *PIP, *wanted], **quiet):
        shutil.rmtree(str(INSTALLER), ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
