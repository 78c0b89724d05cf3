"""What a broker's client has to offer, without a word on which broker it is.

These are protocols: a class fits by having the methods, it need not inherit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar, runtime_checkable

from .topic import Topic
from .wire import Record

M = TypeVar("M", bound=Record)
M_co = TypeVar("M_co", bound=Record, covariant=True)
M_contra = TypeVar("M_contra", bound=Record, contravariant=True)


@runtime_checkable
class Message(Protocol[M_co]):
    """A message that was received."""

    def value(self) -> M_co:
        """The decoded record. Raises DecodeError where the bytes are none."""
        ...

    def properties(self) -> dict[str, str]:
        """What the sender wrote beside the record."""
        ...


@runtime_checkable
class BackendProducer(Protocol[M_contra]):
    """Sends records to one topic."""

    def send(self, message: M_contra, properties: Mapping[str, str] | None = None) -> None:
        """Sends one record, with properties beside it."""
        ...

    def flush(self) -> None:
        """Returns when everything that was sent has left."""
        ...

    def close(self) -> None:
        """Flushes, then gives up the connection's resources."""
        ...


@runtime_checkable
class BackendConsumer(Protocol[M]):
    """Receives records from one topic, for one subscription."""

    def receive(self, timeout: float | None = None) -> Message[M]:
        """The next message. Raises TimeoutError after ``timeout`` seconds; None waits."""
        ...

    def acknowledge(self, message: Message[M]) -> None:
        """The message is done with."""
        ...

    def negative_acknowledge(self, message: Message[M]) -> None:
        """The message is to be delivered again."""
        ...

    def unsubscribe(self) -> None:
        """Removes the subscription: what is not yet received is lost to it."""
        ...

    def close(self) -> None:
        """Stops receiving; the subscription stays."""
        ...


@runtime_checkable
class PubSubBackend(Protocol):
    """A connection to a broker."""

    def create_producer(
        self, topic: Topic | str, schema: type[M], **options: object
    ) -> BackendProducer[M]:
        """A producer of such records on a topic."""
        ...

    def create_consumer(
        self,
        topic: Topic | str,
        subscription: str,
        schema: type[M],
        *,
        initial_position: str = "latest",
        consumer_type: str = "shared",
        **options: object,
    ) -> BackendConsumer[M]:
        """A consumer of such records, as part of a subscription.

        ``initial_position`` is ``latest`` or ``earliest`` and counts for a new subscription only;
        ``consumer_type`` is ``shared``, ``exclusive`` or ``failover``.
        """
        ...

    def close(self) -> None:
        """Closes every producer and consumer, then the connection."""
        ...
