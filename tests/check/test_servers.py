"""`registry:URL` and `pulsar-admin:URL` beside servers that are helpful, broken and hostile."""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import pathlib
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from command import check, compared, record, records, refused, rules, schema, write

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """A server that answers as a function says, and what it was asked."""

    def __init__(self, answer: Callable[[str], Answer | Callable[[Any], None]], context: ssl.SSLContext | None = None) -> None:
        asked: list[tuple[str, dict[str, str]]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:  # noqa: N802
                asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                found = answer(self.path)
                with contextlib.suppress(OSError):
                    if callable(found):
                        found(self)
                        return
                    status, headers, body = found
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@contextlib.contextmanager
def serving(answer: Callable[[str], Any], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server(answer, context)
    try:
        yield server
    finally:
        server.server.shutdown()
        server.server.server_close()


def good(document: Any) -> Answer:
    """An answer in JSON."""
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()


MISSING: Answer = (404, {}, b'{"error_code": 40401, "message": "not found"}')
HISTORY = {
    "orders-value": [schema("A", ("a", "int")), schema("A", ("a", "long"))],
    "strange/name-value": ['{"type": "enum", "name": "E", "symbols": ["X"]}'],
}


def registry(path: str) -> Answer:
    """A registry with two subjects."""
    if path == "/subjects":
        return good(list(HISTORY))
    for subject, texts in HISTORY.items():
        base = f"/subjects/{subject.replace('/', '%2F')}/versions"
        if path == base:
            return good([2 * n + 1 for n in range(len(texts))])
        for n, text in enumerate(texts):
            if path == f"{base}/{2 * n + 1}":
                return good({"subject": subject, "version": 2 * n + 1, "id": n, "schema": text})
    return MISSING


def pulsar(path: str) -> Answer:
    """An admin interface with one topic."""
    versions = [{"version": n, "type": "AVRO", "timestamp": 0, "data": text, "properties": {}} for n, text in enumerate(HISTORY["orders-value"])]
    return {
        "/admin/v2/tenants": good(["tg", "pulsar"]),
        "/admin/v2/namespaces/tg": good(["tg/flow"]),
        "/admin/v2/persistent/tg/flow": good([f"persistent://tg/flow/{name}" for name in ("orders", "none", "empty", "text")]),
        "/admin/v2/schemas/tg/flow/empty/schemas": good({"getSchemaResponses": []}),
        "/admin/v2/schemas/tg/flow/text/schemas": good({"getSchemaResponses": [{"version": 0, "type": "STRING", "data": ""}]}),
        "/admin/v2/schemas/tg/flow/orders/schemas": good({"getSchemaResponses": versions}),
        "/admin/v2/schemas/tg/flow/orders/schema": good(versions[-1]),
    }.get(path, MISSING)


@pytest.fixture(name="folder")
def fixture_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a definition."""
    write(tmp_path, schemas__m=record('a = "long"'))
    return tmp_path


def test_all_versions_of_a_registry(folder: pathlib.Path) -> None:
    """Of every subject, or of one."""
    with serving(registry) as server:
        name = f"registry:{server.address}"
        report = compared(folder, "--against", name)
        assert report["against"] == [f"{name} (1 before the latest)", f"{name} (latest)"]
        versions = records(report)["A"]["versions"]
        assert [v["matrix"]["avro"]["forward"] for v in versions] == [False, True]
        for path in ("/orders-value", "/subjects/orders-value", "/subjects/orders-value/versions/"):
            report = compared(folder, "--against", name + path)
            assert report["against"] == [f"{name}{path} version 1", f"{name}{path} version 3"], path
        report = compared(folder, "--against", f"{name}/subjects/orders-value/versions/3")
        assert rules(report) == [] and len(report["against"]) == 1
        report = compared(folder, f"{name}/orders-value", "--against", f"{name}/orders-value")
        assert report["new"].endswith("version 3") and len(report["against"]) == 2
        assert "is not there" in refused(folder, "--against", f"{name}/unknown-value")


def test_all_versions_of_pulsar(folder: pathlib.Path) -> None:
    """Of every topic, or of one."""
    with serving(pulsar) as server:
        for path in ("", "/admin/v2/persistent/tg/flow", "/admin/v2/schemas/tg/flow/orders/schema", "/admin/v2/schemas/tg/flow/orders/schemas"):
            name = f"pulsar-admin:{server.address}{path}"
            report = compared(folder, "--against", name)
            assert report["against"] == [f"{name} version 0", f"{name} version 1"], path
            assert [v["matrix"]["avro"]["forward"] for v in records(report)["A"]["versions"]] == [False, True]
            # The topic is of type AVRO, and definitions are registered as JSON.
            assert "SCHEMA_TYPE_CHANGED" in rules(report)
            # The file of an Avro schema may be registered as either.
            (folder / "order.avsc").write_text(schema("A", ("a", "long")))
            report = compared(folder, "order.avsc", "--against", name)
            assert "A" in records(report) and "SCHEMA_TYPE_CHANGED" not in rules(report)


def test_topics_with_schemas_of_other_kinds(folder: pathlib.Path) -> None:
    """They are left out, and told."""
    avro = schema("A", ("a", "long"))
    data = {
        "kv": ("KEY_VALUE", json.dumps({"key": json.loads(avro), "value": json.loads(avro)})),
        "native": ("PROTOBUF_NATIVE", json.dumps({"fileDescriptorSet": "CgA=", "rootMessageTypeName": "x.M"})),
        "proto": ("PROTOBUF", avro),
        "jackson": ("JSON", json.dumps({"type": "object", "id": "urn:x", "properties": {}})),
        "union": ("AVRO", '["null", "int"]'),
    }

    def server(path: str) -> Answer:
        if path == "/admin/v2/persistent/tg/flow":
            return good([f"persistent://tg/flow/{name}" for name in ("orders", *data)])
        for name, (kind, text) in data.items():
            if path == f"/admin/v2/schemas/tg/flow/{name}/schemas":
                return good({"getSchemaResponses": [{"version": 3, "type": kind, "data": text}]})
        return pulsar(path)

    with serving(server) as running:
        run = check(folder, "--against", f"pulsar-admin:{running.address}", "--format", "json")
        assert run.code == 1 and set(records(run.report())) == {"A", "union"}, run
        told = {warning["message"] for warning in run.report()["diagnostics"]}
        for name, kind in (("kv", "KEY_VALUE"), ("native", "PROTOBUF_NATIVE"), ("proto", "PROTOBUF"), ("jackson", "JSON Schema")):
            assert f"persistent://tg/flow/{name} version 3 is left out: it is of the kind {kind}" in told, told


def test_a_topic_whose_type_changed_and_whose_text_did_not(folder: pathlib.Path) -> None:
    """The last version counts, whatever an earlier one of the same text was."""
    text = schema("A", ("a", "long"))
    for kinds, expected in ((("JSON", "AVRO"), ["SCHEMA_TYPE_CHANGED"]), (("AVRO",), ["SCHEMA_TYPE_CHANGED"]), (("JSON",), [])):
        versions = [{"version": n, "type": kind, "data": text} for n, kind in enumerate(kinds)]
        (folder / "kept.json").write_text(json.dumps({"getSchemaResponses": versions}))
        assert rules(compared(folder, "schemas", "--against", "kept.json")) == expected, kinds


def test_subjects_whose_schemas_have_one_name(folder: pathlib.Path) -> None:
    """Those of one subject belong together, and a definition is compared with all of them."""

    def kept(name: str, **types: str) -> str:
        answers = [{"subject": subject, "version": 1, "id": n, "schema": schema("A", ("a", ty))} for n, (subject, ty) in enumerate(types.items())]
        answers.append({"subject": "key", "version": 1, "id": 9, "schema": '"string"'})
        (folder / name).write_text("".join(json.dumps(answer) + "\n" for answer in answers))
        return name

    old = kept("old.jsonl", s="long", t="int")
    report = compared(folder, kept("new.jsonl", s="long", t="string"), "--against", old)
    assert rules(report) == ["FIELD_TYPE_CHANGED"] and set(records(report)) == {"A@s", "A@t", "string"}
    assert rules(compared(folder, old, "--against", old)) == []
    report = compared(folder, "schemas", "--against", old)
    assert report["against"] == ["old.jsonl (latest, other 1 of the same names)", "old.jsonl (latest)"]
    assert rules(report) == ["FIELD_TYPE_WIDENED"] and set(records(report)) == {"A"}


def test_a_topic_whose_record_is_called_otherwise(folder: pathlib.Path) -> None:
    """Its versions belong together, whatever they are called and wherever the answer is."""
    versions = [
        {"version": 0, "type": "AVRO", "data": schema("Apple", ("a", "long"), ("b", "string"))},
        {"version": 1, "type": "AVRO", "data": schema("A", ("a", "long"))},
    ]
    (folder / "topic.json").write_text(json.dumps({"getSchemaResponses": versions}))
    (folder / "A.avsc").write_text(schema("A", ("a", "long"), ("b", "int")))
    with serving(lambda path: good({"getSchemaResponses": versions}) if path.endswith("/schemas") else MISSING) as server:
        for name in ("topic.json", f"pulsar-admin:{server.address}/admin/v2/schemas/t/n/x/schema"):
            report = compared(folder, "A.avsc", "--against", name)
            assert report["against"] == [f"{name} version 0", f"{name} version 1"]
            assert "FIELD_TYPE_CHANGED" in rules(report)


def test_subjects_of_a_context(folder: pathlib.Path) -> None:
    """A registry answers with the qualified name, and what they refer to is in their context."""
    customer = '{"type": "record", "name": "A", "fields": [{"name": "b", "type": "B"}]}'
    answers = {
        ":.x:customer": good({"subject": ":.x:customer", "version": 1, "schema": customer, "references": [{"name": "B", "subject": "b", "version": 1}]}),
        ":.x:b": good({"subject": ":.x:b", "version": 1, "schema": schema("B", ("c", "long"))}),
        "b": good({"subject": "b", "version": 1, "schema": schema("B", ("c", "int"))}),
        ":.:b": good({"subject": "b", "version": 1, "schema": schema("B", ("c", "int"))}),
    }

    def server(path: str) -> Answer:
        inside = path.startswith("/contexts/.x")
        path = urllib.parse.unquote(path.removeprefix("/contexts/.x"))
        for name, answer in answers.items():
            for asked in (name, name.removeprefix(":.x:")) if inside else (name,):
                if path == f"/subjects/{asked}/versions":
                    return good([1])
                if path == f"/subjects/{asked}/versions/1":
                    return answer
        return MISSING

    write(folder, schemas__m='[record.A.fields]\nb = "B"\n[record.B.fields]\nc = "long"\n')
    with serving(server) as running:
        for path in (":.x:customer", "contexts/.x/subjects/customer", "contexts/.x/customer"):
            report = compared(folder, "--against", f"registry:{running.address}/{path}", "--only", "A")
            assert rules(report) == [], path
        write(folder, schemas__m=record('c = "int"').replace("A", "B"))
        assert rules(compared(folder, "--against", f"registry:{running.address}/:.:b")) == []


def test_an_alias_of_a_subject(folder: pathlib.Path) -> None:
    """It is answered with the name of the subject behind it, which is believed where the registry says that it is one."""
    write(folder, schemas__m=record('b = "long"'))
    for alias, says in (("orders-value", None), ("other-value", "is asked for"), (None, "is asked for")):
        config = {"compatibilityLevel": "BACKWARD"} | ({"alias": alias} if alias else {})
        answers = {
            "/subjects/shop/versions": good([1]),
            "/subjects/shop/versions/1": good({"subject": "orders-value", "version": 1, "schema": schema("A", ("b", "int"))}),
            "/config/shop": good(config),
        }
        with serving(lambda path: answers.get(path, MISSING)) as server:
            name = f"registry:{server.address}/shop"
            if says is None:
                assert rules(compared(folder, "--against", name)) == ["FIELD_TYPE_WIDENED"]
            else:
                assert says in refused(folder, "--against", name)


def test_topics_without_a_schema(folder: pathlib.Path) -> None:
    """Named by themselves they are nothing to compare."""
    with serving(pulsar) as server:
        name = f"pulsar-admin:{server.address}/admin/v2/schemas/tg/flow"
        assert "is not there" in refused(folder, "--against", f"{name}/empty/schema")
        assert "is not there" in refused(folder, "--against", f"{name}/none/schema")
        assert "nothing to compare" in refused(folder, "--against", f"{name}/text/schema")


def test_an_old_broker_without_the_list_of_versions(folder: pathlib.Path) -> None:
    """Its latest is what there is."""
    with serving(lambda path: (405, {}, b"") if path.endswith("/schemas") else pulsar(path)) as server:
        report = compared(folder, "--against", f"pulsar-admin:{server.address}")
        assert len(report["against"]) == 1 and rules(report) == ["SCHEMA_TYPE_CHANGED"]


def test_authorities_of_a_company(folder: pathlib.Path) -> None:
    """A server is believed whose certificate a named authority signed, and no other."""
    # Of no use but here: signed for localhost by an authority whose own key is thrown away, until 2126.
    made = pathlib.Path(__file__).parent / "tls"
    authority = str(made / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made / "localhost.pem")
    with serving(registry, context) as server:
        name = f"registry:https://localhost:{server.address.rsplit(':', 1)[1]}/orders-value"
        assert compared(folder, "--against", name, SSL_CERT_FILE=authority)["against"]
        assert "certificate" in refused(folder, "--against", name)
        for text, why in ((b"", "there is no certificate in it"), (None, "No such file"), (b"-----BEGIN CERTIFICATE-----\nx\n", "cannot read")):
            file = folder / "other.pem"
            file.unlink(missing_ok=True)
            if text is not None:
                file.write_bytes(text)
            said = refused(folder, "--against", name, SSL_CERT_FILE=str(file))
            assert why in said and "SSL_CERT_FILE" in said, said


def test_who_asks(folder: pathlib.Path) -> None:
    """Tokens come from the environment, and are shown nowhere."""
    with serving(registry) as server:
        name = f"registry:{server.address}"
        compared(folder, "--against", name, SCHEMA_REGISTRY_TOKEN="s3cret")
        assert {headers["authorization"] for _, headers in server.asked} == {"Bearer s3cret"}
        server.asked.clear()
        compared(folder, "--against", name, SCHEMA_REGISTRY_BASIC_AUTH="me:pw")
        coded = base64.b64encode(b"me:pw").decode()
        assert {headers["authorization"] for _, headers in server.asked} == {f"Basic {coded}"}
        error = refused(folder, "--against", f"registry:http://me:pw@{server.address[7:]}")
        assert "name or password" in error and "SCHEMA_REGISTRY_TOKEN" in error
    with serving(pulsar) as server:
        compared(folder, "--against", f"pulsar-admin:{server.address}", PULSAR_API_KEY="s3cret")
        assert {headers["authorization"] for _, headers in server.asked} == {"Bearer s3cret"}


@pytest.mark.parametrize("kind", ["registry", "pulsar-admin"])
@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_ask(folder: pathlib.Path, kind: str, status: int) -> None:
    """The variable that would help is named; the token is not shown."""
    variable = {"registry": "SCHEMA_REGISTRY_TOKEN", "pulsar-admin": "PULSAR_API_KEY"}[kind]
    with serving(lambda _: (status, {}, b"s3cret")) as server:
        error = refused(folder, "--against", f"{kind}:{server.address}", **{variable: "s3cret"})
        assert variable in error and "s3cret" not in error


def redirect(target: str) -> Callable[[str], Answer]:
    """Sends everybody elsewhere."""
    return lambda path: (302, {"Location": target + path}, b"")


@pytest.mark.parametrize("kind", ["registry", "pulsar-admin"])
def test_redirections_take_no_token_elsewhere(folder: pathlib.Path, kind: str) -> None:
    """They are followed, a few times; another host, port or scheme is another service."""
    variable = {"registry": "SCHEMA_REGISTRY_TOKEN", "pulsar-admin": "PULSAR_API_KEY"}[kind]
    service = {"registry": registry, "pulsar-admin": pulsar}[kind]
    with serving(service) as other, serving(redirect(other.address)) as first:
        compared(folder, "--against", f"{kind}:{first.address}", **{variable: "s3cret"})
        assert first.asked and all(h.get("authorization") == "Bearer s3cret" for _, h in first.asked)
        assert other.asked and all("authorization" not in h for _, h in other.asked)
    with serving(redirect("")) as around:
        error = refused(folder, "--against", f"{kind}:{around.address}", **{variable: "s3cret"})
        assert "redirections" in error and "s3cret" not in error
        assert len(around.asked) < 20
    for target in ("file:///etc/passwd#", "gopher://x", "//x", ""):
        with serving(lambda _, to=target: (302, {"Location": to} if to else {}, b"")) as odd:
            assert "redirection without a usable address" in refused(folder, "--against", f"{kind}:{odd.address}"), target


GARBAGE: list[Answer] = [
    (200, {}, b"<html>hello</html>"),
    (200, {}, b""),
    (200, {}, b"{}"),
    (200, {}, b"[1, 2]"),
    (200, {}, b"\xff\xfe\x00"),
    (200, {}, b"[" * 100_000),
    (200, {"Content-Length": "1000"}, b"[]"),
    (200, {"Content-Encoding": "gzip"}, b"not gzip"),
    (500, {}, b"trace"),
    (302, {}, b""),
    (999, {}, b""),
    (204, {}, b""),
]


@pytest.mark.parametrize("kind", ["registry", "pulsar-admin"])
@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage(folder: pathlib.Path, kind: str, answer: Answer) -> None:
    """It is told that it is garbage, and where."""
    with serving(lambda _: answer) as server:
        error = refused(folder, "--against", f"{kind}:{server.address}")
        assert server.address in error or "nothing to compare" in error, error


@pytest.mark.parametrize(
    "text",
    ["{", "x", '{"type":"record","name":"A","fields":[{"name":"a","type":"Unknown"}]}', '{"type":"record","name":"A","fields":[{"name":"a"}]}']
    + ['["int","int"]', "{" * 5000, '{"type":"array","items":' * 20_000],
)
def test_schemas_that_are_none(folder: pathlib.Path, text: str) -> None:
    """Registered or not: the version that holds it is named."""
    answers = {"/subjects": good(["a"]), "/subjects/a/versions": good([1]), "/subjects/a/versions/1": good({"schema": text})}
    with serving(lambda path: answers.get(path, MISSING)) as server:
        error = refused(folder, "--against", f"registry:{server.address}")
        assert "no Avro schema" in error and "/subjects/a/versions/1" in error, error[:2000]


def test_endless_and_huge_answers(folder: pathlib.Path) -> None:
    """They end at a limit that is told."""

    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
        block = b" " * (1 << 20)
        while True:
            handler.wfile.write(block)

    for kind in ("registry", "pulsar-admin"):
        with serving(lambda _: endless) as server:
            error = refused(folder, "--against", f"{kind}:{server.address}")
            assert "larger than 67108864 bytes" in error, error
    with serving(lambda path: good(list(range(1, 100_000))) if path.endswith("/versions") else registry(path)) as server:
        assert "more than 10000 versions" in refused(folder, "--against", f"registry:{server.address}/orders-value")


def test_slow_answers(folder: pathlib.Path) -> None:
    """A request has its time, whatever drips in."""

    def slow(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.5)

    with serving(lambda _: slow) as server:
        error = refused(folder, "--against", f"registry:{server.address}")
        assert "timeout" in error, error


def test_nobody_is_there(folder: pathlib.Path) -> None:
    """A port at which nobody listens, a name that nobody has."""
    for address in ("http://127.0.0.1:1", "http://name.invalid", "https://127.0.0.1:1"):
        for kind in ("registry", "pulsar-admin"):
            assert "cannot fetch" in refused(folder, "--against", f"{kind}:{address}")


def test_other_kinds_of_schemas(folder: pathlib.Path) -> None:
    """Protobuf is left out and told; a topic of strings has no schema to compare."""
    answers = {
        "/subjects": good(["a", "p"]),
        "/subjects/a/versions": good([1]),
        "/subjects/a/versions/1": good({"schema": schema("A", ("a", "long"))}),
        "/subjects/p/versions": good([1]),
        "/subjects/p/versions/1": good({"schema": "message A {}", "schemaType": "PROTOBUF"}),
    }
    with serving(lambda path: answers.get(path, MISSING)) as server:
        report = compared_with_notes(folder, f"registry:{server.address}")
        assert any("PROTOBUF" in d["message"] for d in report["diagnostics"]), report["diagnostics"]


def compared_with_notes(folder: pathlib.Path, name: str) -> dict[str, Any]:
    """A report whose notes are in its diagnostics."""
    return compared(folder, "--against", name)
