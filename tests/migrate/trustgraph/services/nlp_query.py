"""From a question in plain language to a structured query."""

from pulsar.schema import Record, Array, Double, Integer, Map, String

from ..core.primitives import Error


class QuestionToStructuredQueryRequest(Record):
    """Asks for a question to be turned into a structured query."""

    question = String()  # The question, in plain language.
    max_results = Integer()  # How many results at most.


# The structured query made from a question.
class QuestionToStructuredQueryResponse(Record):
    error = Error()  # Why the request failed, if it did.
    graphql_query = String()  # The query, in GraphQL.
    variables = Map(String())  # Variables of the query.
    detected_schemas = Array(String())  # Schemas that the question is about.
    confidence = Double()  # How certain the translation is.
