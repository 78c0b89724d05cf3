"""Writes a code base of Python that uses Pulsar: Records, services that send them, and much that has nothing to do with it.

The same numbers give the same files.
"""

import random
from pathlib import Path

FILES, BYTES = 730, 4_500_000
# One file in so many declares Records, one in so many uses the client.
RECORDS, SERVICES = 24, 4

NOUNS = ["document", "graph", "vector", "prompt", "query", "chunk", "entity", "flow", "library", "agent", "store", "token"]
VERBS = ["load", "merge", "split", "send", "index", "fetch", "drop", "count", "check", "render", "parse", "resolve"]
KINDS = ["String()", "Integer()", "Long()", "Boolean()", "Double()", "Bytes()", "Array(String())", "Map(String())", "Array(Array(Double()))"]

TOPIC = '''"""Names of topics."""


def topic(name, kind="persistent", tenant="tg", namespace="flow"):
    return f"{kind}://{tenant}/{namespace}/{name}"
'''


def write(folder: Path) -> tuple[int, int]:
    """Gives the number of files and of bytes."""
    dice = random.Random(1)
    size, number, records = 0, 0, []
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "topic.py").write_text(TOPIC)
    while number < FILES:
        package = folder / "app" / f"{NOUNS[number // 73]}s"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        room = (BYTES - size) // (FILES - number)
        name = f"{VERBS[number % 12]}_{number}"
        if number % RECORDS == 0:
            text, declared = schema(dice, number, records[-1:], room)
            records.append((f"app.{package.name}.{name}", declared))
        elif number % SERVICES == 0:
            text = service(dice, records, room)
        else:
            text = module(dice, room)
        (package / f"{name}.py").write_text(text)
        size += len(text)
        number += 1
    return number, size


def schema(dice: random.Random, number: int, earlier: list, room: int) -> tuple[str, list[str]]:
    lines = ['"""Messages."""', "", "from pulsar.schema import Record, String, Integer, Long, Boolean, Double, Bytes, Array, Map", "",
             "from app.topic import topic", ""]
    known = []
    for path, names in earlier:
        lines += [f"from {path} import {', '.join(names[:3])}", ""]
        known += names[:3]
    declared = []
    while sum(map(len, lines)) < room * 0.9 or len(declared) < 2:
        name = f"{dice.choice(NOUNS).title()}{dice.choice(VERBS).title()}{number}x{len(declared)}"
        lines += ["", f"class {name}(Record):", f'    """What is sent to {dice.choice(VERBS)} a {dice.choice(NOUNS)}."""', ""]
        for i in range(dice.randrange(2, 9)):
            kind = f"{dice.choice(known)}()" if known and dice.random() < 0.25 else dice.choice(KINDS)
            comment = f"  # The {dice.choice(NOUNS)} to {dice.choice(VERBS)}." if dice.random() < 0.5 else ""
            lines.append(f"    {dice.choice(NOUNS)}_{i} = {kind}{comment}")
        lines.append("")
        declared.append(name)
        known.append(name)
    lines.append(f'request_queue_{number} = topic("queue-{number}", kind="non-persistent", namespace="request")')
    return "\n".join(lines) + "\n", declared


def service(dice: random.Random, records: list, room: int) -> str:
    path, names = dice.choice(records)
    lines = [
        '"""A service."""', "", "import argparse", "import logging", "import os", "", "import pulsar",
        "from pulsar.schema import JsonSchema", "", f"from {path} import {', '.join(names)}", "", "logger = logging.getLogger(__name__)", "",
        'default_url = os.getenv("PULSAR_HOST", "pulsar://localhost:6650")', "", "", "class Processor:",
        "    def __init__(self, **params):", '        self.client = pulsar.Client(params["pulsar_host"], listener_name=params.get("listener"))',
        "        self.consumer = self.client.subscribe(", f'            f"non-persistent://tg/flow/{{params[\'queue\']}}", "service",',
        f"            consumer_type=pulsar.ConsumerType.Shared, schema=JsonSchema({names[0]}),", "        )",
        f'        self.producer = self.client.create_producer("persistent://tg/flow/out", schema=JsonSchema({names[-1]}))', "",
        "    def run(self):", "        while True:", "            try:", "                message = self.consumer.receive(timeout_millis=2000)",
        "            except pulsar.Timeout:", "                continue", f"            self.producer.send({names[-1]}())",
        "            self.consumer.acknowledge(message)", "",
    ]
    return "\n".join(lines) + "\n" + code(dice, room - sum(map(len, lines)) - len(lines))


def module(dice: random.Random, room: int) -> str:
    head = '"""Code that knows nothing of messages."""\n\nimport json\nimport re\nfrom dataclasses import dataclass\n\n\n'
    return head + code(dice, room - len(head))


def code(dice: random.Random, room: int) -> str:
    out, size, count = [], 0, 0
    while size < room:
        noun, verb = dice.choice(NOUNS), dice.choice(VERBS)
        out.append(f'''
def {verb}_{noun}_{count}({noun}, options=None, *, limit={dice.randrange(1000)}):
    """{verb.title()}s the {noun}, at most {dice.randrange(9)} times."""
    found = [item for item in {noun}.items() if item[1] is not None and len(item[0]) < limit]
    if options and options.get("{noun}", True):
        # Later ones win.
        for key, value in found:
            options[key] = f"{{value!r}}: {{json.dumps({{'{verb}': value}})}}"
    try:
        return {{key: re.sub(r"\\\\s+", " ", value).strip() for key, value in found}}
    except (TypeError, ValueError) as error:
        raise RuntimeError("cannot {verb} " + str({noun})) from error

''')
        size += len(out[-1])
        count += 1
    return "".join(out)
