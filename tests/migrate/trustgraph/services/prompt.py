"""Prompts that are kept by name and filled with terms."""

from pulsar.schema import Record, Boolean, Map, String

from ..core.primitives import Error


class PromptRequest(Record):
    """Asks for a stored prompt to be filled in and answered."""

    # Name of the prompt.
    id = String()
    # Terms to fill in, each as JSON text.
    terms = Map(String())
    # Send the answer in parts.
    streaming = Boolean()


class PromptResponse(Record):
    """Answer to a prompt, or a part of it."""

    error = Error()  # Why the request failed, if it did.
    text = String()  # Result as plain text.
    object = String()  # Structured result, as JSON text.
    end_of_stream = Boolean()  # Whether this is the last part.
