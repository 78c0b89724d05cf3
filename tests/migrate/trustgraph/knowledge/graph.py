"""Triples and the context of entities on their way to the graph store."""

from pulsar.schema import Record, Array, String

from ..core import Metadata, Triple, Value


# Text that tells what an entity is about.
class EntityContext(Record):
    entity = Value()  # The entity.
    context = String()  # The text.


class EntityContexts(Record):
    """The contexts of the entities of one document."""

    # Where the data comes from and whose it is.
    metadata = Metadata()
    # Entities with their contexts.
    entities = Array(EntityContext())


class Triples(Record):
    """Triples extracted from one document."""

    metadata = Metadata()  # Where the data comes from and whose it is.
    triples = Array(Triple())  # Triples.
