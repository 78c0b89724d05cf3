"""Makes `docs/interoperability.md` from what the tests found out (`results.py`).

    python tests/interop/table.py           writes it
    python tests/interop/table.py --check   exits with 1 if it would change
"""

import json
import sys

from definitions import SCHEMAS
from peers import REPOSITORY
from results import FOLDER

PAGE = REPOSITORY / "docs" / "interoperability.md"
HEAD = """\
# Interoperability

Written by `tests/interop/table.py` from the results of the tests; not edited by hand.

A cell says `pass` when messages (for *Pulsar text*, the schema text) went through every test of that kind, in both
directions, and `FAIL` when one did not; it is empty where there is nothing to compare. A column names our implementation
and, after the stroke, the other one: *Rust* and *Python* are generated code, *dynamic* is the Rust codecs that need no
compiled types, *the contract* is a reading of [the wire contract](wire-contract.md) written for the tests alone.
*Pulsar broker* is a real one: *one schema version* says that the generated type produces and consumes where the client
registered the schema, under each strategy of the broker, and nothing is registered anew. (`ALWAYS_INCOMPATIBLE` refuses
consumers every schema, the client's own too; ours then go without, if the topic's is theirs to the byte.)
Messages hold as little as possible, as much as possible, and something in between, with the extremes of every type.

How messages that were written with *another* schema are read beside Java and fastavro, and where they disagree, is told in
[schema evolution](evolution.md#beside-other-implementations).
"""
CODECS = ["Pulsar text", "Pulsar broker", "JSON", "Avro"]


def rows():
    """(record, codec, peer) to whether it passed."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        for record, codec, peer, passed in json.loads(path.read_text()):
            key = record, codec, peer
            found[key] = found.get(key, True) and passed
    return found


def shape(type_):
    """A type with its names and numbers left out."""
    match type_.word:
        case "array" | "map":
            return f"{type_.word}<{shape(type_.inside)}>"
        case "optional":
            return f"{shape(type_.inside)}?"
        case "decimal":
            return "decimal(p,s)"
        case word:
            return word


def shapes(record):
    """Every shape of field that a record has, as the definition language has it."""
    out = set()
    for field in record.fields:
        text = shape(field.type)
        if "bytes" in text:
            text += " (utf8)" if field.utf8 else " (base64)"
        if field.default is None:
            text += "?" if field.nullable else ""
        else:
            text += " = D, nullable" if field.nullable else " = D"
        out.add(text)
    profile = "pulsar-record" if record.profile else "plain"
    return {(profile, text) for text in out} | ({(profile, "no fields")} if not record.fields else set())


def table(first, lines, columns):
    """A Markdown table. `lines` maps what stands first to the verdict of each column."""
    out = [f"| {' | '.join(first + columns)} |", "|" + "---|" * (len(first) + len(columns))]
    for key in sorted(lines):
        cells = ["" if (v := lines[key].get(c)) is None else "pass" if v else "FAIL" for c in columns]
        out.append(f"| {' | '.join([*(f'`{part}`' for part in key), *cells])} |")
    return "\n".join(out) + "\n"


def page():
    found = rows()
    if not found:
        sys.exit(f"no results in {FOLDER}: run the tests first")
    failed = sum(not passed for passed in found.values())
    text = [HEAD, f"{len(found) - failed} of {len(found)} pass.\n"]
    for codec in CODECS:
        mine = {key: passed for key, passed in found.items() if key[1] == codec}
        columns = sorted({peer for _, _, peer in mine})
        by_record, by_shape = {}, {}
        for (record, _, peer), passed in mine.items():
            by_record.setdefault((record,), {})[peer] = passed
            if record in SCHEMAS.records:
                for key in shapes(SCHEMAS.records[record]):
                    line = by_shape.setdefault(key, {})
                    line[peer] = line.get(peer, True) and passed
        text.append(f"## {codec}\n")
        if not codec.startswith("Pulsar"):
            text.append(f"### {codec}: shapes of fields\n")
            text.append("`D` is a default. A shape passes when every record that has it does.\n")
            text.append(table(["profile", "field"], by_shape, columns))
            text.append(f"### {codec}: records\n")
        text.append(table(["record"], by_record, columns))
    return "\n".join(text)


def main():
    new = page()
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in sys.argv[1:]:
        if old != new:
            sys.exit(f"{PAGE.relative_to(REPOSITORY)} is out of date: run tests/interop/table.py")
    elif old != new:
        PAGE.write_text(new, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
