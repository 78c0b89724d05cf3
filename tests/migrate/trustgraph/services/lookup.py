"""Lookup of terms."""

from pulsar.schema import Record, String

from ..core.primitives import Error


class LookupRequest(Record):
    """Asks for a term to be looked up."""

    # Kind of term.
    kind = String()
    # The term.
    term = String()


class LookupResponse(Record):
    """What was found for a term."""

    text = String()  # What was found.
    error = Error()  # Why the request failed, if it did.
