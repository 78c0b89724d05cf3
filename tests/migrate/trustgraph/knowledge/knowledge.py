"""Knowledge cores: stored sets of triples and graph embeddings."""

from pulsar.schema import Record, Array, Boolean, String

from .graph import Triples
from .embeddings import GraphEmbeddings
from ..core.primitives import Error
from ..core.topic import topic


class KnowledgeRequest(Record):
    """Asks the knowledge service to list, load, store or delete a knowledge core."""

    # What is to be done.
    operation = String()
    # Owner of the core.
    user = String()
    # Identifier of the knowledge core.
    id = String()
    # Flow that loads the core.
    flow = String()
    # Collection that the core is loaded into.
    collection = String()
    # Triples.
    triples = Triples()
    # Vectors of the entities.
    graph_embeddings = GraphEmbeddings()


class KnowledgeResponse(Record):
    """Answer of the knowledge service; a core may come in several messages."""

    error = Error()  # Why the request failed, if it did.
    ids = Array(String())  # Identifiers of knowledge cores.
    eos = Boolean()  # Whether this is the last message.
    triples = Triples()  # Triples.
    graph_embeddings = GraphEmbeddings()  # Vectors of the entities.


# Requests to the knowledge service.
knowledge_request_queue = topic("knowledge", kind="non-persistent", namespace="request")

# Answers of the knowledge service.
knowledge_response_queue = topic("knowledge", kind="non-persistent", namespace="response")
