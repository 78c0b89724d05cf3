"""Sources that are broken, huge, deep or hard to come by: what is wrong is told, and the rest goes on."""

import json
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from migration import GOOD, PATIENCE, REPOSITORY, migrate, names, report, run, write
from peers import missing, tool

BROKEN = {
    "bracket": ("class A(Record:\n    a = String()\n", 1),
    "indentation": ("class A(Record):\n    a = String()\n  b = String()\n", 3),
    "quote": ('x = 1\ny = "abc\nz = 2\n', 2),
    "python2_print": ('from pulsar.schema import *\n\nclass Old(Record):\n    a = String()\n\nprint "hello"\n', 6),
    "python2_raise": ('x = 1\ny = 2\nraise ValueError, "text"\n', 3),
    "python2_backticks": ("x = 1\ny = `x`\n", 2),
    "python2_exec": ('exec "x = 1"\n', 1),
    "shell": ("#!/bin/sh\nif [ -f x ]; then\n  echo $1\nfi\n", 2),
    "keyword": ("def class():\n    pass\n", 1),
    "unfinished": ("class A(Record):\n", 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(tmp_path, name):
    """The place is told, the other files are read, and the exit code says that something was not."""
    text, line = BROKEN[name]
    write(tmp_path, **{name: text, "good": GOOD})
    made = migrate(tmp_path, codes=(1,))
    places = [f"{name}.py:{near}" for near in (line, line + 1)]
    assert any(place in made.text for place in places), made.text
    assert "Good" in names(report(tmp_path, codes=(1,)))


def test_broken_in_every_form(tmp_path):
    """What was not read is told in each form of the report."""
    write(tmp_path, bad="class A(Record:\n", good=GOOD)
    for form in ("text", "json", "markdown", "csv", "html", "sarif"):
        made = migrate(tmp_path, "--format", form, codes=(1,))
        assert "bad.py" in made.text, form


ENCODINGS = {
    "utf_16": ('from pulsar.schema import *\n'.encode("utf-16"), False),
    "utf_32": ('from pulsar.schema import *\n'.encode("utf-32"), False),
    "nul": (b"from pulsar.schema import *\n\0\nx = 1\n", False),
    "nul_in_text": (b'x = "a\0b"\n', None),
    "unknown": (b"# coding: klingon\nx = '\xe9'\n", False),
    "not_utf_8": (b'x = "\xff\xfe"\n', False),
    "cut_off": ("x = 'é'".encode()[:-2], False),
    "surrogates": (b"x = '\xed\xa0\x80'\n", False),
    "latin_9": (b"# vim: set fileencoding=iso-8859-15 :\nx = '\xa4'\n", None),
    "unknown_but_plain": (b"# coding: klingon\nx = 1\n", None),
    "mark_and_latin": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", None),
    "not_in_ascii": ("# coding: ascii\nx = 'é'\n".encode(), None),
    "second_line": (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n", True),
    "utf_8_marked": (b"\xef\xbb\xbf# coding: utf-8\nx = 'x'\n", True),
    "carriage_returns": (b"x = 1\ry = 2\r", True),
    "empty": (b"", True),
    "blank": (b"\n\n   \n\t\n\x0c\n", True),
    "comment_without_end": (b"# nothing", True),
    "no_last_line_end": (b"x = 1", True),
    "only_mark": (b"\xef\xbb\xbf", True),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings(tmp_path, name):
    """What Python reads is read (`True`), what nobody can read is told (`False`), and the rest is one of the two (`None`)."""
    text, legal = ENCODINGS[name]
    write(tmp_path, **{name: text, "good": GOOD})
    made = migrate(tmp_path, codes={True: (0,), False: (1,), None: (0, 1)}[legal])
    assert made.returncode == 0 or f"{name}.py" in made.text
    assert names(report(tmp_path, codes=(0, 1))) == ["Good"]


DEPTH = 10_000
DEEP = {
    "parentheses": "x = " + "(" * DEPTH + "1" + ")" * DEPTH,
    "lists": "x = " + "[" * DEPTH + "]" * DEPTH,
    "open_brackets": "x = " + "[" * DEPTH,
    "dicts": "x = " + "{1:" * DEPTH + "1" + "}" * DEPTH,
    "calls": "x = " + "f(" * DEPTH + ")" * DEPTH,
    "calls_in_a_row": "x = f" + "()" * DEPTH,
    "subscripts": "x = f" + "[0]" * DEPTH,
    "attributes": "x = a" + ".b" * DEPTH,
    "sum": "x = 1" + " + 1" * DEPTH,
    "powers": "x = 1" + " ** 1" * DEPTH,
    "minus": "x = " + "-" * DEPTH + "1",
    "not": "x = " + "not " * DEPTH + "1",
    "and": "x = 1" + " and 1" * DEPTH,
    "comparisons": "x = 1" + " < 1" * DEPTH,
    "ternaries": "x = " + "1 if 1 else " * DEPTH + "1",
    "lambdas": "x = " + "lambda: " * DEPTH + "1",
    "comprehensions": "x = " + "[" * 2000 + "1" + " for i in y]" * 2000,
    "texts": "x = " + "'a' " * DEPTH,
    "formatted": "x = " + "f'{" * 500 + "1" + "}'" * 500,
    "awaits": "async def f():\n    x = " + "await " * DEPTH + "1",
    "stars": "x = [" + "*" * DEPTH + "y]",
    "targets": "x" + " = x" * DEPTH,
    "tuple_targets": "(" * DEPTH + "x," + "),)" * (DEPTH - 1) + " = 1",
    "elifs": "if x:\n    pass\n" + "elif x:\n    pass\n" * DEPTH,
    "elses": "".join(" " * i + "if x:\n" for i in range(2000)) + " " * 2000 + "pass\n",
    "classes": "".join(" " * i + f"class C{i}(Record):\n" for i in range(150)) + " " * 150 + "a = String()\n",
    "functions": "".join(" " * i + "def f():\n" for i in range(1000)) + " " * 1000 + "pass\n",
    "decorators": "@d\n" * DEPTH + "class A(Record):\n    a = String()\n",
    "bases": "class A(" + "Record, " * DEPTH + "):\n    a = String()\n",
    "patterns": "match x:\n    case " + "[" * DEPTH + "]" * DEPTH + ":\n        pass\n",
    "annotations": "x: " + "list[" * DEPTH + "int" + "]" * DEPTH,
    "imports": "from " + "." * DEPTH + " import x",
    "dotted_imports": "import a" + ".b" * DEPTH,
    "continued": "x = 1 " + "\\\n" * DEPTH + "+ 1\n",
    "array_of_arrays": "class A(Record):\n    a = " + "Array(" * DEPTH + "String()" + ")" * DEPTH,
    "arrays": "class A(Record):\n    a = " + "Array(" * 200 + "String()" + ")" * 200,
    "default": "class A(Record):\n    a = Array(String(), default=" + "[" * DEPTH + "]" * DEPTH + ", required_default=True)",
    "chain_of_names": "x0 = String()\n" + "".join(f"x{i + 1} = x{i}\n" for i in range(DEPTH)) + f"class A(Record):\n    a = x{DEPTH}\n",
    "chain_backwards": "".join(f"x{i} = x{i + 1}\n" for i in range(DEPTH)) + "class A(Record):\n    a = x0\n",
    "chain_of_texts": "x0 = 'a'\n" + "".join(f"x{i + 1} = x{i} + 'b'\n" for i in range(2000)) + "class A(Record):\n    a = String(default=x2000, required_default=True)\n",
    "chain_of_classes": "class C0(Record):\n    pass\n" + "".join(f"class C{i + 1}(C{i}):\n    a = String()\n" for i in range(1000)),
    "chain_of_records": "class C0(Record):\n    a = String()\n" + "".join(f"class C{i + 1}(Record):\n    a = C{i}()\n" for i in range(100)),
}


@pytest.mark.parametrize("name", DEEP)
def test_deep(tmp_path, name):
    """Whatever is nested, the stack holds, and the files beside it are read."""
    write(tmp_path, **{name: "from pulsar.schema import *\n" + DEEP[name] + "\n", "good": GOOD})
    assert "Good" in names(report(tmp_path, codes=(0, 1)))


# Each would need more memory or time than there is, if it were computed.
GREEDY = {
    "power": "10**10**10",
    "tower": "9**9**9**9",
    "shift": "1 << 10**12",
    "repeated_text": '"a" * 10**12',
    "repeated_list": "[0] * 10**12",
    "width": 'f"{1:1000000000000}"',
    "nested_repetition": '(("ab" * 100000) * 100000) * 100000',
    "factor": "(2**100000) * (2**100000) * (2**100000)",
    "negative_shift": "1 << -1",
    "negative_power": "2 ** -1",
    "division": "1 // 0",
    "modulo": "1 % 0",
    "quotient": "1 / 0",
    "huge_quotient": "10**400 / 3",
    "huge_float": "1.0 * 10**400",
    "overflow": "1e308 * 10 - 1e308 * 10",
    "huge_literal": "9" * 100_000,
    "huge_hexadecimal": "0x" + "f" * 100_000,
}


@pytest.mark.parametrize("name", GREEDY)
def test_greedy(tmp_path, name):
    """Expressions are worked out within limits: what is beyond them is left open."""
    kind = "String" if '"' in GREEDY[name] else "Array(Integer())," if "[" in GREEDY[name] else "Long"
    call = f"{kind}(" if not kind.endswith(",") else f"Array(Integer(), "
    source = f"from pulsar.schema import *\n\n\nclass Greedy(Record):\n    a = {call}default={GREEDY[name]}, required_default=True)\n"
    write(tmp_path, greedy=source, good=GOOD)
    made = subprocess.run(
        [tool(), "migrate", str(tmp_path), "--format", "json"], capture_output=True, timeout=PATIENCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    assert made.returncode in (0, 1), made.stderr[-2000:]
    found = json.loads(made.stdout)
    assert "Good" in names(found)
    greedy = [c for c in found["classes"] if c["name"] == "Greedy"]
    assert greedy and (greedy[0]["sha256"] or greedy[0]["reason"])


LAUGHS = {
    "texts": ("".join(f"x{i + 1} = x{i} + x{i}\n" for i in range(60)), "x0 = 'ha'\n", "String(default=x60, required_default=True)"),
    "formatted": ("".join(f"x{i + 1} = f'{{x{i}}}{{x{i}}}'\n" for i in range(60)), "x0 = 'ha'\n", "String(default=x60, required_default=True)"),
    "lists": ("".join(f"x{i + 1} = [x{i}, x{i}]\n" for i in range(60)), "x0 = []\n", "Array(Array(Integer()), default=x60, required_default=True)"),
    "numbers": ("".join(f"x{i + 1} = x{i} * x{i}\n" for i in range(60)), "x0 = 10\n", "Long(default=x60, required_default=True)"),
    "tables": ("".join(f"x{i + 1} = {{'a': x{i}, 'b': x{i}}}\n" for i in range(60)), "x0 = {}\n", "Map(Map(Integer()), default=x60, required_default=True)"),
    "fields": ("".join(f"x{i + 1} = Map(x{i})\n" for i in range(60)), "x0 = String()\n", "x60"),
}


@pytest.mark.parametrize("name", LAUGHS)
def test_laughs(tmp_path, name):
    """Constants that double with each line."""
    lines, first, field = LAUGHS[name]
    write(tmp_path, laughs=f"from pulsar.schema import *\n{first}{lines}\n\nclass Laughs(Record):\n    a = {field}\n", good=GOOD)
    made = subprocess.run(
        [tool(), "migrate", str(tmp_path), "--format", "json"], capture_output=True, timeout=PATIENCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    assert made.returncode in (0, 1), made.stderr[-2000:]
    assert "Good" in names(json.loads(made.stdout))


def test_repeated_definitions(tmp_path):
    """Texts with every definition repeated double with each class."""
    lines = "class C0(Record):\n    a = String()\n" + "".join(f"class C{i + 1}(Record):\n    a = C{i}()\n    b = C{i}()\n" for i in range(40))
    write(tmp_path, doubling="from pulsar.schema import *\n" + lines, good=GOOD)
    found = report(tmp_path, codes=(0, 1))
    assert len(names(found)) == 42
    made = subprocess.run(
        [tool(), "migrate", str(tmp_path), "--repeat-definitions", "--format", "json"], capture_output=True, timeout=PATIENCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)),
    )
    assert made.returncode in (0, 1), made.stderr[-2000:]
    assert "Good" in names(json.loads(made.stdout))


CIRCLES = {
    "bases": {"a": "from .b import B\n\nclass A(B):\n    x = String()\n", "b": "from .a import A\n\nclass B(A):\n    x = String()\n"},
    "own_base": {"a": "from pulsar.schema import *\n\nclass A(A):\n    x = String()\n"},
    "stars": {"a": "from .b import *\n", "b": "from .c import *\n", "c": "from .a import *\nfrom .c import *\n"},
    "names": {"a": "from .b import x as y\nclass A(Record):\n    a = y\n", "b": "from .a import y as x\n"},
    "constants": {"a": "from pulsar.schema import *\nX = Y\nY = X\nclass A(Record):\n    a = String(default=X, required_default=True)\n"},
    "itself": {"a": "from . import a\nfrom .a import a as b\nfrom pulsar.schema import *\nclass A(Record):\n    a = a.a.a.b.A()\n"},
    "record_of_itself": {"a": "from pulsar.schema import *\nclass A(Record):\n    a = A()\n    b = Array(A())\n"},
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles(tmp_path, name):
    write(tmp_path, **{"__init__": "", **{k: "from pulsar.schema import *\n" + v for k, v in CIRCLES[name].items()}, "good": GOOD})
    assert "Good" in names(report(tmp_path, codes=(0, 1)))


def test_long_way_through_files(tmp_path):
    """A name that is handed on through a thousand files."""
    count = 1000
    write(tmp_path, p__m0="from pulsar.schema import *\n\nclass Far(Record):\n    a = String()\n")
    write(tmp_path, **{f"p__m{i}": f"from .m{i - 1} import *\n" for i in range(1, count)})
    write(tmp_path, p__last=f"from .m{count - 1} import *\n\nclass Last(Record):\n    far = Far()\n", good=GOOD)
    found = report(tmp_path, codes=(0, 1))
    last = next(c for c in found["classes"] if c["name"] == "Last")
    assert last["sha256"] or last["reason"]
    assert {"Far", "Good"} <= set(names(found))


def test_large_file(tmp_path):
    """10 MB of Python with a Record at the end."""
    filler = "".join(f"def function_{i}(argument, other=None):\n    return [argument + {i}, other, 'text']\n\n\n" for i in range(125_000))
    assert len(filler) > 10_000_000
    write(tmp_path, large=GOOD + "\n\n" + filler + "\n\nclass Last(Record):\n    a = Good()\n")
    assert names(report(tmp_path)) == ["Good", "Last"]


def test_many_fields(tmp_path):
    """Ten thousand fields in one class."""
    fields = "".join(f"    field_{i} = String()\n" for i in range(10_000))
    write(tmp_path, many="from pulsar.schema import *\n\n\nclass Many(Record):\n" + fields)
    found = report(tmp_path)
    assert [c["fields"] for c in found["classes"]] == [10_000]
    assert len(found["rows"]) >= 10_000


def test_many_calls_of_a_class_with_many_fields(tmp_path):
    """Each call is looked at for what it leaves out, which is not found out anew for each."""
    fields = "".join(f"    f{i} = String()\n" for i in range(3_000))
    calls = "".join(f"A(f{i}='x', z=1)\ntype(A())(f{i}='x', z=1)\n" for i in range(500))
    write(tmp_path, many="from pulsar.schema import *\n\n\nclass A(Record):\n" + fields + "\n\n" + calls)
    made = report(tmp_path, "--callers", tmp_path, codes=(1,))
    assert made["callers"]["counts"]["kinds"] == {"UNDECLARED_ARGUMENT": 1_000}


def test_many_classes(tmp_path):
    lines = "".join(f"class C{i}(Record):\n    a = String()\n    b = C{i // 2 if i else 'X'}()\n\n\n" for i in range(1, 1_000))
    write(tmp_path, many=GOOD + "\n\nclass C0(Record):\n    a = Long()\n\n\n" + lines)
    assert len(names(report(tmp_path))) == 1_001


def test_link_loops(tmp_path):
    """Links to a folder above, to themselves and to nothing: told, and everything else is read once."""
    write(tmp_path / "sources", good=GOOD)
    (tmp_path / "sources" / "up").symlink_to("..", target_is_directory=True)
    (tmp_path / "sources" / "self.py").symlink_to("self.py")
    (tmp_path / "sources" / "one").symlink_to("two")
    (tmp_path / "sources" / "two").symlink_to("one")
    (tmp_path / "sources" / "nowhere.py").symlink_to("nothing.py")
    made = migrate(tmp_path / "sources", codes=(1,))
    for name in ("self.py", "nowhere.py", "up is a link to a folder that it is in"):
        assert name in made.text
    assert names(report(tmp_path / "sources", codes=(1,))) == ["Good"]


def test_links_to_sources(tmp_path):
    """A file that is reached by two names is read once."""
    write(tmp_path / "sources", good=GOOD)
    (tmp_path / "sources" / "again.py").symlink_to("good.py")
    (tmp_path / "sources" / "folder").symlink_to(".", target_is_directory=True)
    assert names(report(tmp_path / "sources", codes=(0, 1))) == ["Good"]
    assert names(report(tmp_path / "sources", tmp_path / "sources" / "good.py", codes=(0, 1))) == ["Good"]
    assert names(report(tmp_path / "sources", tmp_path / "sources", codes=(0, 1))) == ["Good"]


def as_nobody(folder, *arguments):
    """Runs the command as a user who owns nothing."""
    program = folder / "tg-schema"
    shutil.copy(tool(), program)
    program.chmod(0o755)
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run([program, "migrate", *map(str, arguments)], capture_output=True, cwd="/", timeout=PATIENCE, **options)


@pytest.fixture
def open_folder():
    """A folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def test_without_permission(open_folder):
    """A folder and a file that may not be read: told, and the rest goes on."""
    sources = write(open_folder / "sources", good=GOOD, closed__inside=GOOD, secret=GOOD)
    (sources / "closed").chmod(0)
    (sources / "secret.py").chmod(0)
    made = as_nobody(open_folder, sources, "--format", "json")
    text = made.stdout.decode() + made.stderr.decode()
    if b"Permission" in made.stderr and not made.stdout:
        missing("the command may not be run by another user here")
    assert made.returncode == 1, text
    assert names(json.loads(made.stdout)) == ["Good"]
    told = as_nobody(open_folder, sources)
    text = told.stdout.decode() + told.stderr.decode()
    assert "closed" in text and "secret.py" in text


def test_nothing_readable(open_folder):
    sources = write(open_folder / "sources", good=GOOD)
    sources.chmod(0)
    made = as_nobody(open_folder, sources)
    assert made.returncode == 2 and b"sources" in made.stderr, made.stderr


def test_output_that_may_not_be_written(open_folder):
    sources = write(open_folder / "sources", good=GOOD)
    made = as_nobody(open_folder, sources, "--out", open_folder / "out")
    assert made.returncode == 2 and b"out" in made.stderr, made.stderr
    assert not (open_folder / "out").exists()


def test_pipe(tmp_path):
    """A named pipe is not waited for."""
    write(tmp_path, good=GOOD)
    os.mkfifo(tmp_path / "pipe.py")
    made = migrate(tmp_path, codes=(1,))
    assert "pipe.py" in made.text
    assert names(report(tmp_path, codes=(1,))) == ["Good"]
    assert "pipe.py" in migrate(tmp_path / "pipe.py", codes=(1, 2)).text


def test_paths(tmp_path):
    """No path, a path that is not there, one that is empty, one that is not Python."""
    write(tmp_path / "sources", good=GOOD)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("Not Python at all.\n")
    (tmp_path / "sources" / "data.json").write_text("{}")
    (tmp_path / "sources" / "binary.pyc").write_bytes(bytes(range(256)))
    migrate(codes=(2,))
    migrate("--no-such-option", codes=(2,))
    assert "not-there" in migrate(tmp_path / "not-there", codes=(2,)).text
    assert "not-there" in migrate(tmp_path / "not-there", tmp_path / "sources", codes=(1, 2)).text
    assert "notes.txt" in migrate(tmp_path / "notes.txt", codes=(1, 2)).text
    migrate(tmp_path / "empty", codes=(0, 2))
    assert names(report(tmp_path / "sources")) == ["Good"]
    assert names(report(tmp_path / "sources" / "good.py")) == ["Good"]


def test_names_of_files(tmp_path):
    """Names that no module may have, and names that become one."""
    source = "from pulsar.schema import *\n\n\nclass {}(Record):\n    a = String()\n"
    named = {
        "with space": "Space", "with-dash": "Dash", "with_dash": "Underscore", "1st": "Digit", "größe": "Umlaut", "class": "Keyword",
        "migration": "Migration", "migration__table": "Table", "a.b": "Dot", "mod": "Mod", "CON": "Con", "Case": "Upper", "case": "Lower",
    }
    write(tmp_path / "sources", **{name: source.format(c) for name, c in named.items()})
    Path(os.fsdecode(bytes(tmp_path / "sources") + b"/\xff.py")).write_text(source.format("Bytes"))
    made = migrate(tmp_path / "sources", "--out", tmp_path / "out", "--format", "json", codes=(0, 1))
    found = json.loads(made.stdout)
    assert set(named.values()) <= set(names(found))
    generated = run("gen", tmp_path / "out", "--out", tmp_path / "generated", "--target", "pulsar")
    assert generated.returncode == 0, generated.stderr.decode()
    texts = {path.stem for path in (tmp_path / "generated").rglob("*.json")}
    assert set(named.values()) <= texts


def test_unresolved(tmp_path):
    """What is left open is a finding, unless that is accepted. What was not read stays one."""
    open_ = "from pulsar.schema import *\nimport os\n\n\nclass Open(Record):\n    a = make(os.environ)\n"
    write(tmp_path, open=open_, good=GOOD)
    migrate(tmp_path, codes=(1,))
    migrate(tmp_path, "--allow-unresolved")
    write(tmp_path, broken="class A(Record:\n")
    migrate(tmp_path, "--allow-unresolved", codes=(1,))


def test_reader_that_goes_away(tmp_path):
    """Nobody reads the report to its end: no panic."""
    fields = "".join(f"    field_{i} = String()\n" for i in range(3_000))
    write(tmp_path, many="from pulsar.schema import *\n\n\nclass Many(Record):\n" + fields)
    for form in ("text", "json", "csv", "html"):
        with subprocess.Popen(
            [tool(), "migrate", str(tmp_path), "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
        ) as made:
            made.stdout.read(10)
            made.stdout.close()
            errors = made.stderr.read().decode()
            assert "panicked" not in errors, errors


def test_twice_the_same(tmp_path):
    """The order of the paths does not matter."""
    write(tmp_path / "one", a=GOOD), write(tmp_path / "two", b=GOOD.replace("Good", "Other"))
    there = report(tmp_path / "one", tmp_path / "two")
    back = report(tmp_path / "two", tmp_path / "one")
    assert there == back and len(there["classes"]) == 2
