"""A project for measuring `tg-schema check`: a repository in which definitions have grown release by release."""

import pathlib
import subprocess

# What stands for them in the language of the peer, `buf breaking`.
PROTO = ["string", "optional int64", "bool", "repeated string", "map<string, int64>", "double", "int32", "optional bytes", "optional int64", "State{module}"]
TYPES = ["string", "long?", "boolean", "array<string>", "map<long>?", "double", "int", "bytes?", "timestamp_ms?", "State{module}?"]
RECORDS_A_FILE = 10


def definition(module: int, release: int) -> str:
    """A file of ten records. Each release adds an optional field to one of them."""
    lines = ['namespace = "org.example.measure"', "", f"[enum.State{module}]", 'symbols = ["open", "paid", "sent"]', 'default = "open"']
    for record in range(RECORDS_A_FILE):
        lines += ["", f"[record.Record{module}x{record}]", f'doc = "Record {record} of module {module}."', "", f"[record.Record{module}x{record}.fields]"]
        for at, ty in enumerate(TYPES):
            lines.append(f'field_{at} = {{ type = "{ty.format(module=module)}", doc = "Field {at}." }}')
        for added in range(1, release + 1):
            if added % RECORDS_A_FILE == record:
                lines.append(f'added_{added} = "string?"')
    return "\n".join(lines) + "\n"


def proto(module: int, release: int) -> str:
    """The same file for the peer."""
    lines = ['syntax = "proto3";', "", "package org.example.measure;", "", f"enum State{module} {{"]
    lines += [f"  S{module}_{name} = {at};" for at, name in enumerate(("OPEN", "PAID", "SENT"))]
    lines.append("}")
    for record in range(RECORDS_A_FILE):
        lines += ["", f"// Record {record} of module {module}.", f"message Record{module}x{record} {{"]
        for at, ty in enumerate(PROTO):
            lines.append(f"  {ty.format(module=module)} field_{at} = {at + 1}; // Field {at}.")
        added = [n for n in range(1, release + 1) if n % RECORDS_A_FILE == record]
        lines += [f"  optional string added_{n} = {len(PROTO) + n};" for n in added]
        lines.append("}")
    return "\n".join(lines) + "\n"


def git(folder: pathlib.Path, *arguments: str) -> None:
    who = ["-c", "user.name=m", "-c", "user.email=m@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: pathlib.Path, records: int, releases: int, program: pathlib.Path) -> None:
    """The repository: `releases` tags, a lock file with as many releases, and a work tree one release on."""
    schemas = folder / "schemas"
    schemas.mkdir(parents=True)
    protos = folder / "proto"
    protos.mkdir()
    (protos / "buf.yaml").write_text("version: v2\nbreaking:\n  use: [FILE]\n")
    git(folder, "init", "-q", "-b", "main")
    for release in range(releases + 1):
        for module in range(records // RECORDS_A_FILE):
            (schemas / f"module_{module}.toml").write_text(definition(module, release))
            (protos / f"module_{module}.proto").write_text(proto(module, release))
        if release < releases:
            subprocess.run([program, "check", "--accept", "--quiet"], cwd=folder, check=True, capture_output=True)
            git(folder, "add", "-A")
            git(folder, "commit", "-q", "-m", f"Release {release + 1}")
            git(folder, "tag", f"v{release + 1}")
    # As it is after a clone.
    git(folder, "gc", "-q")
