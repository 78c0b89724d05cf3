"""What holds for every generated record, whatever the definitions say."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import json
import pathlib
import shutil
import subprocess
import sys
import typing
from types import ModuleType
from typing import Any

import pytest
from generated_package import modules
from random_values import Values, empty, least, looks_unset, read_back

MESSAGES = 40


def test_there_are_records(every_record: list[type[Any]]) -> None:
    assert every_record


def test_random_messages_survive_json(record: type[Any], wire: ModuleType) -> None:
    values = Values(wire, 1)
    for _ in range(MESSAGES):
        message = values.message(record)
        data = message.encode()
        back = record.decode(data)
        assert back == read_back(wire, message, avro=False)
        if back == message:
            assert back.encode() == data
        assert record.from_json(message.to_json()) == back


def test_json_is_compact_and_in_order(record: type[Any], wire: ModuleType) -> None:
    values = Values(wire, 2)
    for _ in range(MESSAGES):
        message = values.message(record)
        text = message.encode().decode()
        tree = json.loads(text)
        names = [
            field.name
            for field in wire.table(record).fields
            if field.presence is not wire.OPTIONAL or getattr(message, field.python_name) is not None
        ]
        assert list(tree) == names
        if not has_numbers_with_exponent(tree):
            assert text == json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def has_numbers_with_exponent(tree: Any) -> bool:
    """Python writes those in a way of its own."""
    if isinstance(tree, dict):
        return any(map(has_numbers_with_exponent, tree.values()))
    if isinstance(tree, list):
        return any(map(has_numbers_with_exponent, tree))
    return isinstance(tree, float) and tree != 0 and not 1e-4 <= abs(tree) < 1e13


def test_random_messages_survive_avro(record: type[Any], wire: ModuleType) -> None:
    values = Values(wire, 3)
    for _ in range(MESSAGES):
        message = values.message(record)
        data = message.encode_avro()
        back = record.decode_avro(data)
        assert back == read_back(wire, message, avro=True)
        if back == message:
            assert back.encode_avro() == data


def test_avro_matches_fastavro(record: type[Any], wire: ModuleType) -> None:
    fastavro = pytest.importorskip("fastavro", reason="NOT CHECKED against another Avro: fastavro is missing")
    import io

    schema = fastavro.parse_schema(json.loads(record.AVRO_SCHEMA))
    values = Values(wire, 4)
    for _ in range(MESSAGES):
        message = values.message(record)
        plain = as_plain(wire, message)
        theirs = io.BytesIO()
        fastavro.schemaless_writer(theirs, schema, plain)
        assert message.encode_avro() == theirs.getvalue()
        assert record.decode_avro(theirs.getvalue()) == read_back(wire, message, avro=True)
        assert fastavro.schemaless_reader(io.BytesIO(message.encode_avro()), schema, None) == plain


def as_plain(wire: ModuleType, value: Any) -> Any:
    """A message as fastavro sees it."""
    if isinstance(value, list):
        return [as_plain(wire, item) for item in value]
    if isinstance(value, dict):
        return {key: as_plain(wire, value[key]) for key in sorted(value)}
    if isinstance(value, wire.Record):
        fields = wire.table(type(value)).fields
        return {field.name: as_plain(wire, getattr(value, field.python_name)) for field in fields}
    if hasattr(value, "value"):
        return value.value
    return value


def test_absent_and_empty_stay_apart(record: type[Any], wire: ModuleType) -> None:
    base = least(wire, record)
    table = wire.table(record)
    for field in table.fields:
        if field.presence is not wire.OPTIONAL:
            continue
        nothing = dataclasses.replace(base, **{field.python_name: None})
        something = dataclasses.replace(base, **{field.python_name: empty(wire, field.kind)})
        assert field.name not in json.loads(nothing.encode())
        assert field.name in json.loads(something.encode())
        assert nothing.encode_avro() != something.encode_avro()
        assert record.decode(nothing.encode()) == nothing
        assert record.decode_avro(nothing.encode_avro()) == nothing
        is_record = table.pulsar_record and isinstance(field.kind, wire.Nested)
        for avro, back in (
            (False, record.decode(something.encode())),
            (True, record.decode_avro(something.encode_avro())),
        ):
            if is_record and looks_unset(wire, getattr(something, field.python_name), avro):
                assert back == nothing
            else:
                assert back == something


def test_null_and_absent_read_as_the_presence_table_says(
    record: type[Any], wire: ModuleType, errors: ModuleType
) -> None:
    base = least(wire, record).to_json()
    table = wire.table(record)
    for field in table.fields:
        absent = {key: value for key, value in base.items() if key != field.name}
        for given in (absent, {**absent, field.name: None}):
            if field.presence is wire.REQUIRED:
                with pytest.raises(errors.DecodeError) as caught:
                    record.from_json(given)
                assert caught.value.path == f"{record.__name__}.{field.name}"
                continue
            value = getattr(record.from_json(given), field.python_name)
            expected = None if field.presence is wire.OPTIONAL else table.default(field)
            assert value == expected


def test_unknown_keys_are_ignored(record: type[Any], wire: ModuleType) -> None:
    message = least(wire, record)
    tree = message.to_json() | {"a key that nobody defines": {"deep": [1, None, {}]}}
    assert record.from_json(tree) == record.decode(message.encode())


def test_defaults_are_not_shared(record: type[Any], wire: ModuleType) -> None:
    one, other = least(wire, record), least(wire, record)
    for field in wire.table(record).fields:
        value = getattr(one, field.python_name)
        if field.presence in (wire.DEFAULT, wire.NULLABLE_DEFAULT) and isinstance(value, (list, dict)):
            assert value is not getattr(other, field.python_name)


def test_misspelt_attributes_are_refused(record: type[Any], wire: ModuleType) -> None:
    message = least(wire, record)
    with pytest.raises(AttributeError):
        message.an_attribute_that_nobody_defines = 1
    with pytest.raises(TypeError):
        record(an_attribute_that_nobody_defines=1)
    if wire.table(record).fields:
        with pytest.raises(TypeError):
            record(1)


def test_schema_texts_are_schemas(record: type[Any], wire: ModuleType, package: ModuleType) -> None:
    avro = json.loads(record.AVRO_SCHEMA)
    assert avro["type"] == "record"
    assert [field["name"] for field in avro["fields"]] == [f.name for f in wire.table(record).fields]
    namespace = avro.get("namespace")
    assert record.SCHEMA_NAME == (f"{namespace}.{avro['name']}" if namespace else avro["name"])
    assert '"record"' in record.PULSAR_SCHEMA
    assert record.TOPIC is None or isinstance(record.TOPIC, package.Topic)


def test_annotations_resolve(record: type[Any], wire: ModuleType) -> None:
    hints = typing.get_type_hints(record)
    assert {field.python_name for field in wire.table(record).fields} <= set(hints)


def test_topics_are_constants(package: ModuleType) -> None:
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, package.Topic):
                assert name.isupper()
                assert package.Topic.parse(str(value)) == value


def test_only_the_standard_library_is_imported(package_folder: pathlib.Path) -> None:
    for path in sorted(package_folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names, f"{path}: {name}"


def test_every_module_can_come_first(package_folder: pathlib.Path) -> None:
    script = (
        "import importlib, pkgutil, sys\n"
        "name = sys.argv[1]\n"
        "found = pkgutil.walk_packages(importlib.import_module(name).__path__, name + '.')\n"
        "names = [entry.name for entry in found]\n"
        "for first in names:\n"
        "    for loaded in [m for m in sys.modules if m.split('.')[0] == name]:\n"
        "        del sys.modules[loaded]\n"
        "    module = importlib.import_module(first)\n"
        "    for offered in getattr(module, '__all__', ()):\n"
        "        getattr(module, offered)\n"
    )
    subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(package_folder.parent)!r})\n" + script]
        + [package_folder.name],
        check=True,
    )


def test_the_package_can_be_moved(package_folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    target = tmp_path / "elsewhere" / "renamed"
    shutil.copytree(package_folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import importlib, pkgutil\n"
        "package = importlib.import_module('elsewhere.renamed')\n"
        "for found in pkgutil.walk_packages(package.__path__, 'elsewhere.renamed.'):\n"
        "    importlib.import_module(found.name)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", script], check=True)


def test_mypy_is_content(package_folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    pytest.importorskip("mypy", reason="NOT TYPE-CHECKED: mypy is missing")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--python-version",
            "3.10",
            "--cache-dir",
            str(tmp_path / "mypy"),
            package_folder.name,
        ],
        cwd=package_folder.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_says_that_it_is_typed(package_folder: pathlib.Path) -> None:
    assert (package_folder / "py.typed").is_file()
    importlib.import_module(package_folder.name + ".pubsub")
