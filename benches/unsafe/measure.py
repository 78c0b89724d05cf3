"""What each group of unsafe functions gains, on the rows P1 to P8 of the goals.

For each group of `safe.rs` a copy of tg-schema is made in which its functions are the safe ones. All copies run in one
process and interleaved rounds beside the crate as it is, so that a ratio is the gain of that group alone. A group that
gains less than a tenth on every row has no place in the crate.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import arguments

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# A group stays if it gains as much.
NEEDED = 1.10
# The goals that the cases are of.
GOALS = {
    "avro-encode": "P1–P3", "avro-decode": "P4–P6", "avro-reuse": "P5", "avro-view": "P5", "json-encode": "P7",
    "json-decode": "P8",
}
# Cells that a goal asks for; a gain elsewhere does not count.
ASKED = {"avro-decode": ("triples", "docemb"), "avro-reuse": ("triples",), "avro-view": ("triples",)}


FUNCTION = re.compile(r"^(?:pub(?:\(\w+\))? )?(?:const )?(?:unsafe )?fn (\w+).*?^}\n", flags=re.M | re.S)


def groups() -> list[tuple[str, str, dict[str, str]]]:
    """Name, file and functions of each group: the text of a function by its name."""
    parts = re.split(r"^// == (.*): (\S+)\n", (HERE / "safe.rs").read_text(), flags=re.M)
    return [(parts[i], parts[i + 1], functions(parts[i + 2])) for i in range(1, len(parts), 3)]


def functions(text: str) -> dict[str, str]:
    """The functions that begin a line, each up to the brace that closes it; of two for different processors, both."""
    texts: dict[str, str] = {}
    for match in FUNCTION.finditer(text):
        texts[match[1]] = texts.get(match[1], "") + match[0]
    return texts


def replaced(text: str, name: str, safe: str) -> str:
    """The text with another function of that name. Of two for different processors the first is ours."""
    old = re.search(rf"^(?:pub(?:\(\w+\))? )?fn {name}\b.*?^}}\n", text, flags=re.M | re.S)
    if old is None:
        sys.exit(f"benches/unsafe/safe.rs: there is no function {name} any more")
    return text[: old.start()] + safe + text[old.end() :]


def check_complete() -> None:
    """Every function with unsafe code is in a group, or helps one of its file that is."""
    covered = {name for _, _, safe in groups() for name in safe}
    source = ROOT / "tg-schema/src"
    for file in sorted(source.rglob("*.rs")):
        if file != source / "raw.rs" and file.parent != source / "raw":
            # The crate denies it; who allows it again does so here.
            if re.search(r"\b(allow|expect|warn)\(.*\bunsafe_code\b", re.sub(r"//.*", "", file.read_text())):
                sys.exit(f"{file.relative_to(ROOT)}: unsafe code is allowed outside of tg-schema/src/raw")
            continue
        text = re.sub(r"//.*", "", file.read_text().split("#[cfg(test)]\nmod tests")[0])
        # Methods, and functions in modules, are none that a group could replace.
        if re.search(r"\bunsafe\s*(\{|fn\b)", FUNCTION.sub("", text)):
            sys.exit(f"{file.relative_to(ROOT)}: unsafe code stands in no function that begins a line")
        code = functions(text)
        for name, function in code.items():
            helps = any(re.search(rf"\b{name}\(", code.get(user, "")) for user in covered)
            if "unsafe" in function and name not in covered and not helps:
                sys.exit(f"{file.relative_to(ROOT)}: {name} has unsafe code, and benches/unsafe/safe.rs no group with it")


def copy_crate(to: pathlib.Path, name: str, file: str, safe: dict[str, str]) -> None:
    shutil.copytree(ROOT / "tg-schema", to, ignore=shutil.ignore_patterns("tests", "target"))
    manifest = to / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace('name = "tg-schema"', f'name = "{name}"', 1))
    if not safe:
        return
    raw = to / "src" / file
    text = raw.read_text()
    for function, code in safe.items():
        text = replaced(text, function, code)
    # What is for other processors only is for this one too.
    raw.write_text(text.replace('#[cfg(any(test, not(target_arch = "x86_64")))]\nmod words', "mod words"))


def workspace(scratch: pathlib.Path) -> list[str]:
    """Writes everything; gives the names of the groups."""
    shutil.rmtree(scratch, ignore_errors=True)
    program = scratch / "cases"
    (program / "src").mkdir(parents=True)
    out = scratch / "generated"
    command = ["cargo", "run", "--quiet", "--locked", "-p", "tg-schema-cli", "--", "gen", "--target", "rust", "--out", out]
    schemas = [ROOT / "benches/schemas" / f"{name}.toml" for name in ("knowledge", "services")]
    subprocess.run([*command, *schemas], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    variants = [("as it is", "", {}), *groups()]
    crates = [f"variant-{i}" for i in range(len(variants))]
    modules, dependencies = [], []
    for i, ((name, file, safe), crate) in enumerate(zip(variants, crates)):
        copy_crate(scratch / crate, crate, file, safe)
        folder = program / "src" / f"messages_{i}"
        shutil.copytree(out / "rust", folder)
        for source in folder.glob("**/*.rs"):
            source.write_text(source.read_text().replace("::tg_schema::", f"::variant_{i}::"))
        modules.append(f'variant!(v{i}, variant_{i}, "messages_{i}");')
        dependencies.append(f'{crate} = {{ path = "../{crate}", default-features = false }}')
    listed = ", ".join(f"({json.dumps(name)}, v{i}::cases(samples))" for i, (name, _, _) in enumerate(variants))
    modules.append(f"#[allow(clippy::type_complexity)]\nfn variants(samples: &Samples) -> Vec<(&'static str, Vec<(String, Run)>)> {{\n    vec![{listed}]\n}}")
    (program / "src" / "main.rs").write_text((HERE / "cases.rs").read_text().replace("// VARIANTS", "\n".join(modules)))
    (program / "Cargo.toml").write_text(
        '[package]\nname = "cases"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n'
        'rustix = { version = "1.1.6", default-features = false, features = ["time", "std"] }\n' + "\n".join(dependencies)
        + "\n"
    )
    manifest = (ROOT / "Cargo.toml").read_text()
    members = ", ".join(f'"{name}"' for name in ["cases", *crates])
    manifest = re.sub(r"members = \[.*?\n\]", f"members = [{members}]", manifest, count=1, flags=re.S)
    manifest = re.sub(r"exclude = .*\n", "", manifest)
    manifest = re.sub(r'path = "', f'path = "{ROOT}/', manifest)
    (scratch / "Cargo.toml").write_text(manifest)
    shutil.copy(ROOT / "benches" / "Cargo.lock", scratch / "Cargo.lock")
    return [name for name, _, _ in variants[1:]]


def judge(measured: dict[str, dict[str, float]], names: list[str]) -> list[dict]:
    rows = []
    for name in names:
        ratios = {
            case: ratio
            for case, ratio in measured[name].items()
            if case.split("/")[0] in ASKED.get(case.split("/")[1], (case.split("/")[0],))
        }
        best = max(ratios, key=ratios.get)
        rows.append({
            "group": name, "goal": GOALS[best.split("/")[1]], "case": best, "ratio": ratios[best],
            "others": sorted(c for c, r in ratios.items() if r >= NEEDED and c != best), "all": measured[name],
            "holds": ratios[best] >= NEEDED,
        })
    return rows


def text(rows: list[dict]) -> str:
    out = ["Without the unsafe functions of a group: how many times as long, where it is most.", ""]
    for row in rows:
        verdict = "stays" if row["holds"] else f"GAINS LESS THAN {NEEDED - 1:.0%}"
        out.append(f"{row['group']:<38} {row['goal']:<6} {row['case']:<22} {row['ratio']:.2f}  {verdict}")
        if row["others"]:
            out.append(f"{'':<38} also {', '.join(row['others'])}")
    return "\n".join(out) + "\n"


def main() -> None:
    given = arguments.parser("unsafe", __doc__, 101).parse_args()
    check_complete()
    out = given.out.resolve()
    scratch = out / "unsafe"
    names = workspace(scratch)
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "RUSTFLAGS": "-Awarnings", "CARGO_TARGET_DIR": str(out / "unsafe-target")}
    rounds = 5 if given.quick else given.rounds
    command = ["cargo", "run", "--quiet", "--release", "--offline", "-p", "cases", "--", str(rounds)]
    run = subprocess.run(command, cwd=scratch, env=environment, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in {scratch}")
    rows = judge(json.loads(run.stdout), names)
    report = text(rows)
    (out / "unsafe.txt").write_text(report)
    (out / "unsafe.json").write_text(json.dumps({"needed": NEEDED, "rounds": rounds, "rows": rows}, indent=1))
    print(report)


main()
