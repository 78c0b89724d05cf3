"""Vectors computed for entities, chunks and objects."""

from pulsar.schema import Record, Array, Bytes, Double, Map, String

from ..core.primitives import Value
from ..core.metadata import Metadata


class EntityEmbeddings(Record):
    """The vectors of one entity of the graph."""

    entity = Value()  # The entity.
    vectors = Array(Array(Double()))  # The vectors.


# The vectors of the entities of one document.
class GraphEmbeddings(Record):
    metadata = Metadata()  # Where the data comes from and whose it is.
    entities = Array(EntityEmbeddings())  # Entities with their vectors.


class ChunkEmbeddings(Record):
    """The vectors of one chunk of text."""

    # Text of the chunk.
    chunk = Bytes()
    # The vectors.
    vectors = Array(Array(Double()))


class DocumentEmbeddings(Record):
    """The vectors of the chunks of one document."""

    metadata = Metadata()  # Where the data comes from and whose it is.
    chunks = Array(ChunkEmbeddings())  # Chunks with their vectors.


# The vectors of one extracted object.
class ObjectEmbeddings(Record):
    metadata = Metadata()  # Where the data comes from and whose it is.
    vectors = Array(Array(Double()))  # The vectors.
    name = String()  # Name of the schema.
    key_name = String()  # Name of the key field.
    id = String()  # Key of the object.


class StructuredObjectEmbedding(Record):
    """The vectors of one structured object, as a whole and by field."""

    # Where the data comes from and whose it is.
    metadata = Metadata()
    # The vectors.
    vectors = Array(Array(Double()))
    # Name of the schema.
    schema_name = String()
    # Key of the object.
    object_id = String()
    # Vector of each field.
    field_embeddings = Map(Array(Double()))
