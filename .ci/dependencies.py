"""Checks the dependency trees: licences, and how much users compile.

Licences: every crate that is not ours must offer a licence of ALLOWED. Size: what a user of the
runtime, or of publish and subscribe, compiles stays within LIMITS.
"""

import json
import re
import subprocess
import sys

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    # Like BSD's: what is changed has to be said.
    "bzip2-1.0.6",
}
# Most crates that a user compiles besides the first one, by what is compiled.
LIMITS = {
    ("tg-schema", "--no-default-features"): 12,
    ("tg-schema",): 20,
    ("tg-schema", "--no-default-features", "--features", "pubsub"): 13,
    # The rest of these trees is tokio and tracing.
    ("tg-pubsub-backend",): 28,
    ("tg-pubsub", "--no-default-features"): 28,
}


def cargo(*arguments: str) -> str:
    return subprocess.run(["cargo", *arguments], check=True, capture_output=True, text=True).stdout


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met by ALLOWED: OR needs one side, AND both."""
    tokens = re.findall(r"\(|\)|[^\s()]+(?:\s+WITH\s+[^\s()]+)?", expression.replace("/", " OR "))
    position = 0

    def term() -> bool:
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "(":
            value = either()
            position += 1
            return value
        return re.sub(r"\s+", " ", token) in ALLOWED

    def both() -> bool:
        nonlocal position
        value = term()
        while position < len(tokens) and tokens[position] == "AND":
            position += 1
            value = term() and value
        return value

    def either() -> bool:
        nonlocal position
        value = both()
        while position < len(tokens) and tokens[position] == "OR":
            position += 1
            value = both() or value
        return value

    return either()


def main() -> None:
    metadata = json.loads(cargo("metadata", "--format-version", "1", "--all-features", "--locked"))
    ours = set(metadata["workspace_members"])
    problems = []
    checked = 0
    for package in metadata["packages"]:
        if package["id"] in ours:
            continue
        checked += 1
        licence = package["license"]
        if licence is None or not allowed(licence):
            problems.append(f"{package['name']} {package['version']}: {licence or 'no licence given'}")
    if problems:
        sys.exit("licences that are not allowed:\n" + "\n".join(problems))
    print(f"{checked} crates, every licence allowed")

    for (package, *arguments), limit in LIMITS.items():
        tree = cargo("tree", "-p", package, "-e", "normal", "--prefix", "none", "--locked", *arguments)
        crates = {line.split()[0] for line in tree.splitlines() if line.strip()} - {package}
        what = " ".join([package, *arguments])
        if len(crates) > limit:
            sys.exit(f"{what}: {len(crates)} crates, more than {limit}: {sorted(crates)}")
        print(f"{what}: {len(crates)} of at most {limit} crates")


main()
