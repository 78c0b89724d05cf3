"""A page that is a walk: files to write, and commands with what they print.

A block of Python or TOML belongs to the file that the nearest line above it names in backquotes. A `console` block has
commands after `$ ` and their output, both streams, below. `python tests/interop/walk.py PAGE` writes the real output
into the page.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w/]+\.(?:py|toml))`")
MARK = "\x1e"


def run(commands, folder, tool, variables):
    """What each of the commands prints, one shell for all of them."""
    search = [str(Path(tool).parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {"PATH": os.pathsep.join(search), "HOME": str(folder), "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= variables
    lines = [f"(exit $walked)\n{command}\nwalked=$?; printf '{MARK}'" for command in commands]
    script = "walked=0\n" + "\n".join(lines)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
    )
    return done.stdout.decode().split(MARK)[: len(commands)]


def walk(page, folder, tool, variables={}):
    """The page with what its commands really print, having written its files into the folder. `variables` are those of
    the environment."""

    def block(found):
        kind, body = found.groups()
        if kind == "console":
            commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
            printed = run(commands, folder, tool, variables)
            parts = []
            for command, text in zip(commands, printed, strict=True):
                text = "\n".join(line.rstrip() for line in text.splitlines())
                parts.append(f"$ {command}\n" + (text.rstrip("\n") + "\n" if text.strip() else ""))
            return f"```console\n{''.join(parts)}```"
        if kind in ("python", "toml"):
            path = folder / FILE.findall(page[: found.start()])[-1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        return found.group()

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    import tempfile

    from peers import tool

    path = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path.write_text(walk(path.read_text(encoding="utf-8"), Path(folder), tool()), encoding="utf-8")
