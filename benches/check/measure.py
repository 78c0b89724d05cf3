"""What `tg-schema check` takes for 200 records of 10 fields: wall time, processor time, and memory.

The whole command is measured, from its start to its end, Git's child included, with everything in memory that the
operating system keeps there. Runs are interleaved; times are medians, the memory is the most that any run held.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import arguments
import project

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECORDS, RELEASES = 200, 10
# Milliseconds and mebibytes.
GOALS = {"a tag": {"milliseconds": 50, "mebibytes": 30}, "ten tags": {"milliseconds": 200}}


def run(command: list, folder: pathlib.Path) -> tuple[float, float, float]:
    """Milliseconds of the clock and of the processors, and the mebibytes that were held."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1, 100):  # 100: findings of the peer
        sys.exit(f"{' '.join(map(str, command))} failed")
    return wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024


def measure(program: pathlib.Path, peer: pathlib.Path | None, folder: pathlib.Path, rounds: int) -> list[dict]:
    tags = [f"git:v{n}" for n in range(1, RELEASES + 1)]
    all_tags = [part for tag in tags for part in ("--against", tag)]
    ways = {
        "a tag": [program, "check", "--against", tags[-1]],
        "a tag, as JSON": [program, "check", "--against", tags[-1], "--format", "json"],
        "a tag, nothing changed": [program, "check", f"{tags[-1]}:schemas", "--against", tags[-1]],
        "ten tags": [program, "check", *all_tags],
        "a lock file of ten releases": [program, "check"],
    }
    if peer is not None:
        ways["a tag, `buf breaking` on the same messages"] = [peer, "breaking", "proto", "--against", f".git#tag=v{RELEASES},subdir=proto"]
    found = {way: [] for way in ways}
    for _ in range(rounds):
        for way, command in ways.items():
            found[way].append(run(command, folder))
    return [
        {
            "way": way,
            "milliseconds": statistics.median(wall for wall, _, _ in runs),
            "processor": statistics.median(cpu for _, cpu, _ in runs),
            "mebibytes": max(memory for _, _, memory in runs),
        }
        for way, runs in found.items()
    ]


def judge(rows: list[dict]) -> list[dict]:
    by_way = {row["way"]: row for row in rows}
    return [
        {"what": f"{way}, {unit}", "at_most": most, "measured": by_way[way][unit], "holds": by_way[way][unit] <= most}
        for way, goals in GOALS.items()
        for unit, most in goals.items()
    ]


def text(report: dict) -> str:
    out = [f"{report['records']} records of 10 fields", "", f"{'compared with':<44}{'wall, ms':>12}{'processor, ms':>16}{'peak, MiB':>12}"]
    out += [f"{r['way']:<44}{r['milliseconds']:>12.1f}{r['processor']:>16.1f}{r['mebibytes']:>12.1f}" for r in report["rows"]]
    out += ["", "Goals", ""]
    out += [f"{g['what']:<40} at most {g['at_most']:g}  {g['measured']:.3g}  {'yes' if g['holds'] else 'NO'}" for g in report["goals"]]
    return "\n".join(out) + "\n"


def main() -> None:
    parser = arguments.parser("check", __doc__, 21)
    parser.add_argument("--program", type=arguments.program, help="measure this program, instead of a release build")
    parser.add_argument(
        "--buf", type=arguments.program, help="the program buf, as a peer: the one in PATH where there is one"
    )
    given = parser.parse_args()

    program = given.program
    if program is None:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "-p", "tg-schema-cli"], cwd=ROOT, check=True)
        program = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "tg-schema"
    program = program.resolve()
    scratch = given.out.resolve() / "check"
    shutil.rmtree(scratch, ignore_errors=True)
    project.write(scratch, RECORDS, RELEASES, program)
    peer = given.buf or shutil.which("buf")
    rows = measure(program, peer and pathlib.Path(peer).resolve(), scratch, 3 if given.quick else given.rounds)
    report = {"records": RECORDS, "rows": rows, "goals": judge(rows)}
    (given.out / "check.txt").write_text(text(report))
    (given.out / "check.json").write_text(json.dumps(report, indent=1))
    print(text(report), end="")


main()
