"""Prints command N of the README's quick start, so that the gate runs what a newcomer runs."""

import pathlib
import re
import sys

readme = pathlib.Path(__file__).parent.parent / "README.md"
section = re.search(r"^## Quick start\n(.*?)(?=^## )", readme.read_text(), re.M | re.S)
blocks = re.findall(r"^```sh\n(.*?)^```", section.group(1), re.M | re.S) if section else []
commands = [line for line in "".join(blocks).splitlines() if line.strip() and not line.startswith("#")]
if len(blocks) != 1 or len(commands) != 2:
    sys.exit("README.md: '## Quick start' must have one sh block with exactly two commands")
print(commands[int(sys.argv[1]) - 1])
