"""What it costs to compile generated messages, beside the derives of other libraries.

Each style is a program with the same structs that uses the codecs of every one of them. Dependencies are built
before anything is measured; then the program's own crate is built again and again, round by round, and the
processor time of cargo and of all that it starts is taken. Nothing incremental.

A whole run takes some twenty minutes on two cores that have nothing else to do, most of it for the release builds of
500 structs. Each round more takes twenty seconds.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

import arguments
import styles
from styles import DEPENDENCIES, Style

T = TypeVar("T")

BENCHES = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
MODES = {"check": ["check"], "dev": ["build"], "release": ["build", "--release"]}
# What may be taken of the time of serde's derives that are used with serde_json.
GOALS = [("gen", 0.55), ("gen_serde", 0.75)]
QUICK = ["serde", "gen", "gen_serde", "macro", "macro_serde"]
BASE = "serde"
# Rounds with release builds, which take longer than all else.
RELEASES = 2


def write_crate(folder: pathlib.Path, style: Style, structs: int, fields: int, generated: pathlib.Path) -> None:
    ours = f'tg-schema = {{ path = "{ROOT}/tg-schema", default-features = false }}'
    lines = {
        "ours": ours,
        "ours_macro": ours.replace("default-features = false", 'features = ["derive"]'),
        **DEPENDENCIES,
    }
    dependencies = "\n".join(lines[name] for name in style.dependencies)
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "{folder.name}"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n{dependencies}\n'
    )
    if style.messages is None:
        shutil.copytree(generated, folder / "src" / "messages")
        path = "messages::records::"
    else:
        (folder / "src" / "messages.rs").write_text(style.messages(structs, fields))
        path = "messages::"
    helpers = "#![allow(dead_code)]\nmod messages;\n" + style.helpers
    (folder / "src" / "main.rs").write_text(styles.program(structs, path, helpers, style.calls))


def generate(folder: pathlib.Path, structs: int, fields: int) -> pathlib.Path:
    """Runs `tg-schema gen`; gives the folder of its Rust."""
    folder.mkdir(parents=True)
    definitions = folder / "records.toml"
    definitions.write_text(styles.definitions(structs, fields))
    out = folder / "out"
    command = ["cargo", "run", "--quiet", "--locked", "-p", "tg-schema-cli", "--", "gen", "--target", "rust"]
    subprocess.run([*command, "--out", out, definitions], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return out / "rust"


def cargo(workspace: pathlib.Path, mode: str, package: str) -> float:
    """Processor seconds of one run of cargo and of all that it started."""
    command = ["cargo", *MODES[mode], "--quiet", "--offline", "-p", package]
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "RUSTFLAGS": "-Awarnings"}
    environment["CARGO_TARGET_DIR"] = str(workspace / "target")
    process = subprocess.Popen(command, cwd=workspace, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime


def stripped(workspace: pathlib.Path, package: str, mode: str) -> int | None:
    """Bytes of the program without its symbols."""
    profile = {"dev": "debug", "release": "release"}.get(mode)
    if profile is None or shutil.which("strip") is None:
        return None
    copy = workspace / "stripped"
    subprocess.run(["strip", "-o", copy, workspace / "target" / profile / package], check=True)
    return copy.stat().st_size


def measure(
    scratch: pathlib.Path, chosen: list[Style], size: tuple[int, int], modes: list[str], rounds: int, warm: bool
) -> dict:
    """One size. Where no other was measured before it, `warm` builds the dependencies."""
    structs, fields = size
    workspace = scratch / f"{structs}x{fields}"
    shutil.rmtree(workspace, ignore_errors=True)
    generated = generate(workspace / "generated", structs, fields)
    packages = {style.name: f"compile-{style.name.replace('_', '-')}" for style in chosen}
    for style in chosen:
        write_crate(workspace / packages[style.name], style, structs, fields, generated)
    members = ", ".join(f'"{package}"' for package in packages.values())
    # Without debug information there is less noise of the linker.
    (workspace / "Cargo.toml").write_text(
        f'[workspace]\nresolver = "3"\nmembers = [{members}]\n\n[profile.dev]\ndebug = false\n'
    )
    shutil.copy(BENCHES / "Cargo.lock", workspace / "Cargo.lock")
    # What other sizes built of the dependencies is used again.
    target = scratch / "target"
    target.mkdir(exist_ok=True)
    (workspace / "target").symlink_to(target)
    if warm:
        for mode in modes:
            for package in packages.values():
                cargo(workspace, mode, package)

    seconds = {style.name: {mode: [] for mode in modes} for style in chosen}
    for round in range(rounds):
        for i in range(len(chosen)):
            style = chosen[(i + round) % len(chosen)]
            package = packages[style.name]
            for mode in modes:
                if mode == "release" and round >= RELEASES:
                    continue
                (workspace / package / "src" / "main.rs").touch()
                seconds[style.name][mode].append(cargo(workspace, mode, package))
        if sys.stderr.isatty():
            print(f"{structs} structs of {fields} fields: {round + 1} of {rounds} rounds", file=sys.stderr)

    rows = {}
    for style in chosen:
        found = {mode: statistics.median(seconds[style.name][mode]) for mode in modes}
        ratios = {
            mode: statistics.median(a / b for a, b in zip(seconds[style.name][mode], seconds[BASE][mode]))
            for mode in modes
        }
        sizes = {mode: stripped(workspace, packages[style.name], mode) for mode in modes}
        rows[style.name] = {"what": style.what, "seconds": found, "ratios": ratios, "bytes": sizes}
    return {"structs": structs, "fields": fields, "rounds": rounds, "rows": rows}


def judge(result: dict) -> list[dict]:
    """The goals, which are about 100 structs in a dev build."""
    goals = []
    for name, most in GOALS:
        row = result["rows"].get(name)
        if row and "dev" in row["ratios"]:
            measured = row["ratios"]["dev"]
            goals.append(
                {
                    "id": "P10",
                    "what": f"{row['what']}, {result['structs']} structs of {result['fields']} fields, dev",
                    "measured": measured, "at_most": most, "holds": measured <= most,
                }
            )
    return goals


def text(results: list[dict], goals: list[dict]) -> str:
    out = [
        "Processor seconds of cargo for one crate, dependencies built: medians of interleaved rounds; in brackets",
        "the ratio to serde's derives with serde_json. Megabytes of the program, stripped.",
    ]
    for result in results:
        modes = list(result["rows"][BASE]["seconds"])
        built = [mode for mode in modes if mode != "check"]
        head = f"{result['structs']} structs of {result['fields']} fields"
        out.append(f"\n{head:<48}" + "".join(f"{mode:>16}" for mode in modes) + f"{' / '.join(built) + ', MB':>22}")
        for row in result["rows"].values():
            times = "".join(f"{row['seconds'][mode]:>8.2f} ({row['ratios'][mode]:>5.2f})" for mode in modes)
            sizes = " / ".join(f"{(row['bytes'][mode] or 0) / 1e6:.2f}" for mode in built)
            out.append(f"{row['what']:<48}{times}{sizes:>22}")
    out.append("\nGoals\n")
    for goal in goals:
        verdict = "yes" if goal["holds"] else "NO"
        out.append(f"P10  {goal['what']:<80} at most {goal['at_most']}  {goal['measured']:.2f}  {verdict}")
    return "\n".join(out) + "\n"


def size(text: str) -> tuple[int, int]:
    parts = text.split("x")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"{text} is not structs x fields, as 100x8 is")
    return arguments.positive(parts[0]), arguments.positive(parts[1])


def listed(one: Callable[[str], T]) -> Callable[[str], list[T]]:
    """Several, with commas between them."""
    return lambda text: [one(part) for part in text.split(",")]


def mode(text: str) -> str:
    if text not in MODES:
        raise argparse.ArgumentTypeError(f"{text} is none of {', '.join(MODES)}")
    return text


def main() -> None:
    parser = arguments.parser("compile", __doc__, 5)
    parser.add_argument(
        "--sizes", type=listed(size), help="structs x fields: 100x8,500x10 unless told, with --quick 100x8"
    )
    parser.add_argument("--modes", type=listed(mode), help="of check,dev,release: all unless told, with --quick dev")
    parser.add_argument("--apache", action="store_true", help="apache-avro's derive too, which takes long")
    given = parser.parse_args()

    sizes = given.sizes or ([(100, 8)] if given.quick else [(100, 8), (500, 10)])
    modes = given.modes or (["dev"] if given.quick else list(MODES))
    rounds = given.rounds
    chosen = [style for style in styles.styles() if given.apache or style.name != "apache"]
    if given.quick:
        chosen = [style for style in chosen if style.name in QUICK]

    out = given.out.resolve()
    scratch = out / "compile"
    scratch.mkdir(parents=True, exist_ok=True)
    results = []
    for structs, fields in sizes:
        # Of larger sizes there is less noise.
        some = max(1, rounds * 100 // max(100, structs))
        results.append(measure(scratch, chosen, (structs, fields), modes, some, warm=not results))
        goals = [goal for result in results if result["structs"] == 100 for goal in judge(result)]
        report = text(results, goals)
        # After each size: the next may take long.
        (out / "compile.txt").write_text(report)
        (out / "compile.json").write_text(json.dumps({"results": results, "goals": goals}, indent=1))
    print(report)


main()
