"""A program with the Rust types that `gen` writes for some definitions: one JSON or Avro message in, one out."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from definitions import tomllib
from peers import REPOSITORY, missing

MANIFEST = """[package]
name = "migrated-{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
tg-schema = {{ path = "{path}", default-features = false }}

[profile.dev]
debug = false

[workspace]
"""
PROGRAM = """use std::io::{BufRead as _, Write as _};
use tg_schema::{Error, Message};

include!("messages/mod.rs");

fn run<T: Message>(operation: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    match operation {
        "json" => T::from_json(bytes)?.to_json(),
        "json-to-avro" => T::from_json(bytes)?.to_avro(),
        _ => T::from_avro(bytes)?.to_json(),
    }
}

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut parts = line.split(' ');
        let (operation, name, hex) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or(""));
        let bytes: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        let answer = match name {
ARMS            _ => panic!("no record {name}"),
        };
        match answer {
            Ok(bytes) => {
                let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                writeln!(out, "ok {hex}").unwrap();
            }
            Err(e) => writeln!(out, "error {}", e.to_string().replace('\\n', " ")).unwrap(),
        }
    }
}
"""


class RustTypes:
    """The program, built in `target/migrated/NAME`. A record is called `module.Record`, as in its definition."""

    def __init__(self, definitions, generated, name):
        cargo = shutil.which("cargo") or missing("cargo compiles the migrated types")
        base = REPOSITORY / "target" / "migrated"
        folder = base / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "src").mkdir(parents=True)
        shutil.copytree(generated, folder / "src" / "messages")
        arms = "".join(f'            "{name}" => run::<{path}>(operation, &bytes),\n' for name, path in paths(definitions, generated))
        (folder / "src" / "main.rs").write_text(PROGRAM.replace("ARMS", arms))
        (folder / "Cargo.toml").write_text(MANIFEST.format(name=name, path=REPOSITORY / "tg-schema"))
        shutil.copy(REPOSITORY / "Cargo.lock", folder)
        environment = {**os.environ, "CARGO_TARGET_DIR": str(base / "target"), "CARGO_INCREMENTAL": "0"}
        command = [cargo, "build", "--quiet", "--offline"]
        built = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        self.program = base / "target" / "debug" / f"migrated-{name}"

    def answers(self, calls):
        """The answer to each (operation, record, hexadecimal digits): `ok` and digits, or `error` and what is wrong."""
        lines = "".join(f"{operation} {record} {digits}\n" for operation, record, digits in calls)
        run = subprocess.run([self.program], input=lines, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return [line.partition(" ")[::2] for line in run.stdout.splitlines()]


def paths(definitions, generated):
    """The records' names in the definitions, and their paths in Rust. Both are in the order of the definitions."""
    for parts, file in modules((generated / "mod.rs").read_text()):
        text = (definitions / file).with_suffix(".toml").read_text(encoding="utf-8")
        structs = re.findall(r"^pub struct ([^\s{;<]+)", (generated / file).read_text(), re.M)
        names = tomllib.loads(text).get("record", {})
        module = ".".join(Path(file).with_suffix("").parts)
        yield from ((f"{module}.{name}", "::".join([*parts, struct])) for name, struct in zip(names, structs, strict=True))


def modules(text):
    """The modules that `mod.rs` declares, as (path, file)."""
    parts = []
    for line in text.splitlines():
        if opened := re.match(r" *pub mod (\S+) \{", line):
            parts.append(opened[1])
        elif parts and line.strip() == "}":
            parts.pop()
        elif included := re.match(r' *include!\("(.*)"\);', line):
            yield list(parts), included[1]
