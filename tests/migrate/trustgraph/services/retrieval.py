"""Retrieval-augmented answers from the graph and from documents."""

from pulsar.schema import Record, Boolean, Integer, String

from ..core.primitives import Error


# A question to be answered from the knowledge graph.
class GraphRagQuery(Record):
    query = String()  # The question.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.
    entity_limit = Integer()  # How many entities at most.
    triple_limit = Integer()  # How many triples at most.
    max_subgraph_size = Integer()  # How large the subgraph may be.
    max_path_length = Integer()  # How long a path may be.
    streaming = Boolean()  # Send the answer in parts.


class GraphRagResponse(Record):
    """The answer from the knowledge graph, or a part of it."""

    # Why the request failed, if it did.
    error = Error()
    # Text of the answer.
    response = String()
    # Part of the answer, when it comes in parts.
    chunk = String()
    # Whether this is the last part.
    end_of_stream = Boolean()


class DocumentRagQuery(Record):
    """A question to be answered from documents."""

    query = String()  # The question.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.
    doc_limit = Integer()  # How many documents at most.
    streaming = Boolean()  # Send the answer in parts.


# The answer from documents, or a part of it.
class DocumentRagResponse(Record):
    error = Error()  # Why the request failed, if it did.
    response = String()  # Text of the answer.
    chunk = String()  # Part of the answer, when it comes in parts.
    end_of_stream = Boolean()  # Whether this is the last part.
