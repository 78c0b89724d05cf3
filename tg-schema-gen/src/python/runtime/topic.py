"""Neutral topic addresses: quality of service, tenant, namespace, queue (``q1/tg/flow/config``)."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import Final


class Qos(enum.Enum):
    """How often a message may arrive."""

    Q0 = "q0"
    """Best effort."""
    Q1 = "q1"
    """At least once."""
    Q2 = "q2"
    """Exactly once."""

    def __str__(self) -> str:
        return str(self.value)


class TopicError(ValueError):
    """An address that is none; says which part is wrong."""

    def __init__(self, part: str, found: str, expected: str) -> None:
        super().__init__(part, found, expected)
        self.part = part
        self.found = found
        self.expected = expected

    def __str__(self) -> str:
        if not self.found:
            return f"the {self.part} is empty: expected {self.expected}"
        return f"{self.found!r} is no legal {self.part}: expected {self.expected}"


MAX_NAME: Final = 249
"""Most bytes of tenant, namespace and queue with a separator between each."""

_NAME: Final = re.compile("[A-Za-z0-9_-]+")
_QUEUE: Final = re.compile("[A-Za-z0-9._-]+")
_PARTITION: Final = re.compile("(?s).*-partition-[0-9]+")
_SYSTEM: Final = re.compile(
    "__change_events|__transaction_buffer_snapshot.*|.*__transaction_pending_ack"
)


@dataclasses.dataclass(frozen=True)
class Topic:
    """An address of which every part is legal on every broker."""

    qos: Qos
    tenant: str
    namespace: str
    queue: str

    def __post_init__(self) -> None:
        if not isinstance(self.qos, Qos):
            raise TopicError("quality of service", str(self.qos), "a member of Qos")
        _check("tenant", self.tenant, _NAME, "one or more of A-Z a-z 0-9 _ -")
        if self.tenant == "amq":
            expected = "a tenant other than amq, which RabbitMQ keeps for itself"
            raise TopicError("tenant", self.tenant, expected)
        _check("namespace", self.namespace, _NAME, "one or more of A-Z a-z 0-9 _ -")
        _check("queue", self.queue, _QUEUE, "one or more of A-Z a-z 0-9 . _ -")
        if self.queue in (".", ".."):
            raise TopicError("queue", self.queue, "a name other than . and ..")
        if _PARTITION.fullmatch(self.queue):
            expected = (
                "a queue that does not end in -partition- and a number, "
                "which Pulsar keeps for partitions"
            )
            raise TopicError("queue", self.queue, expected)
        if _SYSTEM.fullmatch(self.queue):
            expected = "a queue that is none of the topics that Pulsar keeps for itself"
            raise TopicError("queue", self.queue, expected)
        if len(self.path) > MAX_NAME:
            expected = "at most 249 bytes for tenant, namespace and queue together"
            raise TopicError("topic", self.path, expected)

    @classmethod
    def parse(cls, text: str) -> Topic:
        """The address in a text such as ``q1/tg/flow/config``."""
        parts = text.split("/")
        if len(parts) != 4:
            expected = "four parts, qos/tenant/namespace/queue, such as q1/tg/flow/config"
            if "://" in text:
                expected = "a neutral address such as q1/tg/flow/config, not a broker's own name"
            raise TopicError("topic", text, expected)
        return cls(_qos(parts[0]), parts[1], parts[2], parts[3])

    @property
    def path(self) -> str:
        """Tenant, namespace and queue: the address without its quality of service."""
        return f"{self.tenant}/{self.namespace}/{self.queue}"

    def __str__(self) -> str:
        return f"{self.qos}/{self.path}"


def topic(
    queue: str, *, qos: Qos | str = Qos.Q1, tenant: str = "tg", namespace: str = "flow"
) -> Topic:
    """The address of a queue: ``q1/tg/flow/{queue}`` unless more is said."""
    return Topic(qos if isinstance(qos, Qos) else _qos(qos), tenant, namespace, queue)


def _qos(text: str) -> Qos:
    for qos in Qos:
        if qos.value == text:
            return qos
    expected = "q0 (best effort), q1 (at least once) or q2 (exactly once)"
    raise TopicError("quality of service", text, expected)


def _check(part: str, text: object, legal: re.Pattern[str], expected: str) -> None:
    if not isinstance(text, str):
        raise TopicError(part, repr(text), expected)
    if legal.fullmatch(text) is None:
        raise TopicError(part, text, expected)
