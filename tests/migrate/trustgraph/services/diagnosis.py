"""Diagnosis of structured data."""

from pulsar.schema import Record, Array, Double, Map, String

from ..core.primitives import Error


# Asks what a sample of structured data is.
class StructuredDataDiagnosisRequest(Record):
    operation = String()  # What is to be done.
    sample = String()  # A sample of the data.
    type = String()  # Type of the data, where it is known.
    schema_name = String()  # Name of the schema.
    options = Map(String())  # Options by name.


class StructuredDataDiagnosisResponse(Record):
    """What was found out about a sample of structured data."""

    # Why the request failed, if it did.
    error = Error()
    # What was done.
    operation = String()
    # Type that was detected.
    detected_type = String()
    # How certain the finding is.
    confidence = Double()
    # Description of the data, as JSON text.
    descriptor = String()
    # Further findings by name.
    metadata = Map(String())
    # Schemas that fit.
    schema_matches = Array(String())
