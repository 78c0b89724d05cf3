"""What `tg-schema migrate` takes for a code base of 730 files and 4.5 MB: wall time, processor time, and memory.

The whole command is measured, from its start to its end, with everything in memory that the operating system keeps
there. Runs are interleaved; times are medians, the memory is the most that any run held.
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
import sources

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# The goals are about what a user does once: definitions, table and audit written.
SECONDS, MEBIBYTES = 0.5, 150


def run(command: list, code: tuple[int, ...]) -> tuple[float, float, float]:
    """Seconds of the clock and of the processors, and the mebibytes that were held."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in code:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(program: pathlib.Path, tree: pathlib.Path, out: pathlib.Path, rounds: int) -> list[dict]:
    # Rows that are left open are a finding.
    ways = {
        "the report alone": [program, "migrate", tree],
        "the report as JSON": [program, "migrate", tree, "--format", "json"],
        "everything written": [program, "migrate", tree, "--out", out],
        "calls looked at": [program, "migrate", tree, "--callers", tree],
    }
    found = {way: [] for way in ways}
    for _ in range(rounds):
        for way, command in ways.items():
            shutil.rmtree(out, ignore_errors=True)
            found[way].append(run(command, (0, 1)))
    return [
        {
            "way": way,
            "seconds": statistics.median(wall for wall, _, _ in runs),
            "processor": statistics.median(cpu for _, cpu, _ in runs),
            "mebibytes": max(memory for _, _, memory in runs),
        }
        for way, runs in found.items()
    ]


def judge(rows: list[dict]) -> list[dict]:
    row = next(row for row in rows if row["way"] == "everything written")
    goals = [("seconds", SECONDS, "s"), ("mebibytes", MEBIBYTES, "MiB")]
    return [{"what": f"{row['way']}, {unit}", "at_most": most, "measured": row[key], "holds": row[key] <= most} for key, most, unit in goals]


def text(report: dict) -> str:
    out = [f"{report['files']} files, {report['bytes'] / 1e6:.1f} MB of Python", "", f"{'':<24}{'wall, s':>12}{'processor, s':>16}{'peak, MiB':>12}"]
    out += [f"{r['way']:<24}{r['seconds']:>12.3f}{r['processor']:>16.3f}{r['mebibytes']:>12.0f}" for r in report["rows"]]
    out += ["", "Goals", ""]
    out += [f"{g['what']:<40} at most {g['at_most']:g}  {g['measured']:.3g}  {'yes' if g['holds'] else 'NO'}" for g in report["goals"]]
    return "\n".join(out) + "\n"


def main() -> None:
    parser = arguments.parser("migrate", __doc__, 11)
    parser.add_argument("--program", type=arguments.program, help="measure this program, instead of a release build")
    given = parser.parse_args()

    program = given.program
    if program is None:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "-p", "tg-schema-cli"], cwd=ROOT, check=True)
        program = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "tg-schema"
    scratch = given.out.resolve() / "migrate"
    shutil.rmtree(scratch, ignore_errors=True)
    files, size = sources.write(scratch / "sources")
    rows = measure(program.resolve(), scratch / "sources", scratch / "out", 3 if given.quick else given.rounds)
    report = {"files": files, "bytes": size, "rows": rows, "goals": judge(rows)}
    (given.out / "migrate.txt").write_text(text(report))
    (given.out / "migrate.json").write_text(json.dumps(report, indent=1))
    print(text(report), end="")


main()
