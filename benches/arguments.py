"""What the commands in Python have in common on their command lines."""

import argparse
import pathlib

OUT = pathlib.Path(__file__).resolve().parent.parent / "target" / "bench"


def parser(command: str, documentation: str, rounds: int) -> argparse.ArgumentParser:
    """Of `benches/run COMMAND`, with the options that every command has."""
    made = argparse.ArgumentParser(
        prog=f"benches/run {command}",
        description=documentation,
        epilog="--save puts the figures into docs/performance.md; of a whole run alone.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--quick", action="store_true", help="little of it: to see that it works, not to quote")
    made.add_argument("--rounds", type=positive, default=rounds, help=f"{rounds} unless told")
    made.add_argument("--out", type=pathlib.Path, default=OUT, help="the folder of the reports")
    return made


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return int(text)


def program(text: str) -> pathlib.Path:
    path = pathlib.Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path
