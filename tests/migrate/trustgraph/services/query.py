"""Queries on the graph and vector stores."""

from pulsar.schema import Record, Array, Double, Integer, String

from ..core.primitives import Error, Triple, Value
from ..core.topic import topic


class GraphEmbeddingsRequest(Record):
    """Asks for the entities that are nearest to some vectors."""

    vectors = Array(Array(Double()))  # The vectors.
    limit = Integer()  # How many results at most.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.


# The entities that are nearest to the vectors.
class GraphEmbeddingsResponse(Record):
    error = Error()  # Why the request failed, if it did.
    entities = Array(Value())  # The entities.


class TriplesQueryRequest(Record):
    """Asks for the triples that match a pattern; an end that is not given matches all."""

    # Owner of the data.
    user = String()
    # Collection that the data belongs to.
    collection = String()
    # Subject.
    s = Value()
    # Predicate.
    p = Value()
    # Object.
    o = Value()
    # How many results at most.
    limit = Integer()


class TriplesQueryResponse(Record):
    """The triples that match the pattern."""

    error = Error()  # Why the request failed, if it did.
    triples = Array(Triple())  # Triples.


# Asks for the chunks that are nearest to some vectors.
class DocumentEmbeddingsRequest(Record):
    vectors = Array(Array(Double()))  # The vectors.
    limit = Integer()  # How many results at most.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.


class DocumentEmbeddingsResponse(Record):
    """The chunks that are nearest to the vectors."""

    # Why the request failed, if it did.
    error = Error()
    # Texts of the chunks.
    chunks = Array(String())


# Requests to the document embeddings query service. The old code passed a whole address where
# a queue name belongs, so the legacy address holds one address inside another.
document_embeddings_request_queue = topic("non-persistent://trustgraph/document-embeddings-request")

# Answers of the document embeddings query service. The old code passed a whole address where
# a queue name belongs, so the legacy address holds one address inside another.
document_embeddings_response_queue = topic(
    "non-persistent://trustgraph/document-embeddings-response"
)
