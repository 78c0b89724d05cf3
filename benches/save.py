"""Puts the figures of the last run into docs/performance.md, between its markers, and the chart beside it."""

import json
import pathlib
import platform
import re
import shutil
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
OURS = ("ours", "limit", "memcpy", "clone")
MAIN = ["config", "text", "triples", "docemb"]
OPERATIONS = {
    "avro-encode": "Avro encode", "avro-decode": "Avro decode, owned", "avro-reuse": "Avro decode into a message",
    "avro-view": "Avro decode as a view", "json-encode": "JSON encode", "json-decode": "JSON decode",
    "json-reordered": "JSON decode, keys in another order", "json-spaced": "JSON decode, blanks between tokens",
    "json-unknown": "JSON decode, half of it passed over",
}


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def verdict(holds: bool | None) -> str:
    return {None: "not built", True: "yes", False: "**no**"}[holds]


def table(head: list[str], rows: list[list[str]]) -> str:
    # Numbers to the right.
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def distinct(values) -> list[str]:
    return list(dict.fromkeys(values))


def machine() -> str:
    cpu = pathlib.Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", cpu.read_text()) if cpu.exists() else []
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return f"Rust {rust}, {names[0] if names else platform.machine()}, {len(names) or '?'} cores."


def codec(report: dict) -> dict[str, str]:
    times = {(t["shape"], t["op"], t["who"]): t for t in report["times"]}

    def cell(shape: str, op: str, who: str) -> str:
        t = times.get((shape, op, who))
        if t is None:
            return ""
        ratio = t["times_ours"]
        return number(t["median_ns"]) + (f" ({ratio:.2f})" if ratio and who != "ours" else "")

    def tables(shapes: list[str]) -> str:
        out = []
        for op, title in OPERATIONS.items():
            who = distinct(w for (s, o, w) in times if o == op and s in shapes)
            if who:
                rows = [[w, *(cell(s, op, w) for s in shapes)] for w in who]
                out.append(table([title, *shapes], rows))
        return "\n\n".join(out)

    writers = distinct(o for (s, o, _) in times if o.startswith("resolve-"))
    who = distinct(w for (_, o, w) in times if o.startswith("resolve-"))
    columns = ["avro-decode", *writers]
    names = ["same writer", *(w.removeprefix("resolve-") for w in writers)]
    rows = [[w, *(cell("evolution", op, w) for op in columns)] for w in ["ours", *(w for w in who if w != "ours")]]
    others = distinct(s for (s, o, _) in times if o.startswith("resolve-") and s != "evolution")
    rows += [[f"ours, {s}", *(cell(s, op, "ours") for op in columns)] for s in others]
    evolution = table(["Avro decode, evolution", *names], rows)

    peeks = [(s, o) for (s, o, w) in times if o.startswith("peek-") and w == "ours"]
    rows = [[f"`{s}/{o}`", *(cell(s, o, w) for w in ("ours", "view", "decode"))] for s, o in peeks]
    peek = table(["", "peek", "view", "owned"], rows)

    goals = []
    for goal in report["goals"]:
        for c in goal["cells"]:
            measured = "" if c["measured"] is None else f"{c['measured']:.2f}"
            sign = {"at least": "≥", "at most": "≤"}[c["need"]]
            limit = "" if c["limit"] is None else f"{c['limit']:.2f}"
            name = f"{goal['id']} `{c['of']}` : `{c['over']}`"
            holds = f"within {report['noise']:.0%}" if c["within_noise"] else verdict(c["holds"])
            row = [name, f"{sign} {c['bound']:.3g}", measured, limit, holds]
            goals.append(row)
    behind = [t for t in report["times"] if t["who"] not in OURS and (t["times_ours"] or 1) < 1]
    lines = [f"* `{t['case']}`: {t['times_ours']:.2f} of our time" for t in behind]
    # Where two medians differ by less they are the same.
    hand = [t for t in report["times"] if t["who"] == "limit" and (t["times_ours"] or 1) < 1 - report["noise"]]
    by_hand = [f"* `{t['case']}`: {t['times_ours']:.2f} of our time" for t in hand]
    further = [s for s in distinct(s for (s, _, _) in times) if s not in MAIN]
    return {
        "codec": tables(MAIN),
        "evolution": evolution,
        "peek": peek,
        "further": "\n\n".join(tables(further[i : i + 5]) for i in range(0, len(further), 5)),
        "goals": table(["how many times as long", "needed", "measured", "by hand", "holds"], goals),
        "behind": "\n".join(lines) or "Nowhere.",
        "by-hand": "\n".join(by_hand) or "Nowhere.",
        "machine": f"{machine()} {report['rounds']} rounds.",
    }


def compile(report: dict) -> dict[str, str]:
    out = []
    for result in report["results"]:
        modes = list(next(iter(result["rows"].values()))["seconds"])
        built = [m for m in modes if m != "check"]
        rows = []
        for row in result["rows"].values():
            seconds = [f"{row['seconds'][m]:.2f} ({row['ratios'][m]:.2f})" for m in modes]
            rows.append([row["what"], *seconds, *(f"{(row['bytes'][m] or 0) / 1e6:.2f}" for m in built)])
        head = f"{result['structs']} structs of {result['fields']} fields"
        out.append(table([head, *modes, *(f"{m}, MB" for m in built)], rows))
    goals = [[g["what"], f"≤ {g['at_most']}", f"{g['measured']:.2f}", verdict(g["holds"])] for g in report["goals"]]
    return {"compile": "\n\n".join([*out, table(["P10", "needed", "measured", "holds"], goals)])}


def generator(report: dict) -> dict[str, str]:
    def optional(value: float | None, digits: int) -> str:
        return "" if value is None else f"{value:,.{digits}f}"

    rows = [
        [s["stage"], optional(s["small_ms"], 1), optional(s["large_ms"], 0), optional(s["growth"], 2), optional(s["peak_mib"], 0)]
        for s in report["stages"]
    ]
    times = table(["", "1,000 records, ms", "10,000 records, ms", "growth", "peak, MiB"], rows)
    sign = {"at least": "≥", "at most": "≤"}
    goals = [
        [g["id"], g["what"], f"{sign[g['need']]} {g['bound']:g} {g['unit']}", optional(g["measured"], 2), verdict(g["holds"])]
        for g in report["goals"]
    ]
    return {"generator": f"{times}\n\n{table(['', 'what', 'needed', 'measured', 'holds'], goals)}"}


def migrate(report: dict) -> dict[str, str]:
    rows = [[r["way"], f"{r['seconds']:.2f}", f"{r['processor']:.2f}", f"{r['mebibytes']:.0f}"] for r in report["rows"]]
    times = table([f"{report['files']} files, {report['bytes'] / 1e6:.1f} MB", "wall, s", "processor, s", "peak, MiB"], rows)
    goals = [[g["what"], f"≤ {g['at_most']:g}", f"{g['measured']:.2f}", verdict(g["holds"])] for g in report["goals"]]
    return {"migrate": f"{times}\n\n{table(['', 'needed', 'measured', 'holds'], goals)}"}


def check(report: dict) -> dict[str, str]:
    rows = [[r["way"], f"{r['milliseconds']:.1f}", f"{r['processor']:.1f}", f"{r['mebibytes']:.0f}"] for r in report["rows"]]
    times = table([f"{report['records']} records of 10 fields, compared with", "wall, ms", "processor, ms", "peak, MiB"], rows)
    goals = [[g["what"], f"≤ {g['at_most']:g}", f"{g['measured']:.1f}", verdict(g["holds"])] for g in report["goals"]]
    return {"check": f"{times}\n\n{table(['P13', 'needed', 'measured', 'holds'], goals)}"}


def pubsub(report: dict) -> dict[str, str]:
    rows = []
    for comparison in report["comparisons"]:
        for side in comparison["sides"]:
            first = side is comparison["sides"][0]
            needed = ""
            if side["needed"] is not None:
                needed = f"≥ {side['needed']:.0%}"
                if comparison["enough"]:
                    needed += f" or {comparison['enough']:,.0f}/s"
            spread = "" if side["spread"] is None else " ({:.1%} to {:.1%})".format(*side["spread"])
            rows.append([
                comparison["what"] if first else "",
                side["who"],
                f"{side['rate']:,.0f}",
                f"{side['processor_us']:.2f}",
                "" if first else f"{side['ratio']:.1%}{spread}",
                needed,
                "" if side["holds"] is None else verdict(side["holds"]),
            ])
    head = ["", "", "messages a second", "processor, µs", "of the first", "needed", "holds"]
    bounds = [
        [b["what"], f"≤ {b['at_most']:g} {b['unit']}".strip(), f"{b['measured']:.2f}", verdict(b["holds"])]
        for b in report["bounds"]
    ]
    tables = [table(head, rows), table(["", "needed", "measured", "holds"], bounds)]
    tables += [
        f"{c['what']}: a run of {c['sides'][0]['who']} failed and was done again: {why}."
        for c in report["comparisons"]
        for why in c["repeated"]
    ]
    rounds = f"{machine()} {report['rounds']} rounds."
    many = max(c["processes"] for c in report["comparisons"])
    if many > 1:
        rounds += f" Over MQTT in each of {many} processes: the median of them, and the lowest and the highest."
    return {"pubsub": "\n\n".join(tables), "pubsub-rounds": rounds}


def unsafe(report: dict) -> dict[str, str]:
    rows = [
        [r["group"], f"{r['goal']} `{r['case']}`", f"{r['ratio']:.2f}", ", ".join(f"`{c}`" for c in r["others"])]
        for r in report["rows"]
    ]
    head = ["without it", "where it is most", "times as long", "more than a tenth also in"]
    body = table(head, rows).replace("| --- | ---: | ---: | ---: |", "| --- | --- | ---: | --- |")
    return {"unsafe": body}


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    page = DOCS / "performance.md"
    text = page.read_text()
    for name, sections in (
        ("report", codec),
        ("compile", compile),
        ("generator", generator),
        ("migrate", migrate),
        ("check", check),
        ("pubsub", pubsub),
        ("unsafe", unsafe),
    ):
        path = out / f"{name}.json"
        if not path.exists():
            continue
        for marker, content in sections(json.loads(path.read_text())).items():
            between = re.compile(rf"(<!-- {marker} -->\n).*?(<!-- end -->)", re.S)
            if not between.search(text):
                sys.exit(f"{page}: no place for {marker}")
            text = between.sub(lambda m: f"{m[1]}{content}\n{m[2]}", text)
    page.write_text(text)
    if (out / "report.svg").exists():
        shutil.copy(out / "report.svg", DOCS / "performance.svg")


main()
