"""Language model services: completion, embeddings, tools."""

from pulsar.schema import Record, Array, Boolean, Double, Integer, String

from ..core.primitives import Error


# Asks a language model to complete a prompt.
class TextCompletionRequest(Record):
    system = String()  # Instructions that frame the prompt.
    prompt = String()  # The prompt.
    streaming = Boolean()  # Send the answer in parts.


class TextCompletionResponse(Record):
    """What the language model answered, or a part of it."""

    # Why the request failed, if it did.
    error = Error()
    # Text of the answer.
    response = String()
    # Tokens read by the model.
    in_token = Integer()
    # Tokens written by the model.
    out_token = Integer()
    # Model that answered.
    model = String()
    # Whether this is the last part.
    end_of_stream = Boolean()


class EmbeddingsRequest(Record):
    """Asks for the vectors of a text."""

    text = String()  # The text.


# The vectors of a text.
class EmbeddingsResponse(Record):
    error = Error()  # Why the request failed, if it did.
    vectors = Array(Array(Double()))  # The vectors.


class ToolRequest(Record):
    """Asks for a tool to be run."""

    # Name of the tool.
    name = String()
    # Parameters of the tool, as JSON text.
    parameters = String()


class ToolResponse(Record):
    """What a tool gave back."""

    error = Error()  # Why the request failed, if it did.
    text = String()  # Result as plain text.
    object = String()  # Structured result, as JSON text.
