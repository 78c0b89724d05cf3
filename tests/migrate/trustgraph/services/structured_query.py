"""Questions answered from structured data."""

from pulsar.schema import Record, Array, String

from ..core.primitives import Error


class StructuredQueryRequest(Record):
    """A question to be answered from structured data."""

    question = String()  # The question, in plain language.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.


# The answer from structured data.
class StructuredQueryResponse(Record):
    error = Error()  # Why the request failed, if it did.
    data = String()  # The result, as JSON text.
    errors = Array(String())  # What went wrong.
