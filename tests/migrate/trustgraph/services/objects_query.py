"""GraphQL queries on stored objects."""

from pulsar.schema import Record, Array, Map, String

from ..core.primitives import Error


# An error reported by GraphQL.
class GraphQLError(Record):
    message = String()  # Text for a person.
    path = Array(String())  # Path to the field that failed.
    extensions = Map(String())  # Extensions by name.


class ObjectsQueryRequest(Record):
    """A GraphQL query on stored objects."""

    # Owner of the data.
    user = String()
    # Collection that the data belongs to.
    collection = String()
    # The query, in GraphQL.
    query = String()
    # Variables of the query.
    variables = Map(String())
    # Operation to run, where the query has several.
    operation_name = String()


class ObjectsQueryResponse(Record):
    """Result of a GraphQL query on stored objects."""

    error = Error()  # Why the request failed, if it did.
    data = String()  # The result, as JSON text.
    errors = Array(GraphQLError())  # Errors of the query itself.
    extensions = Map(String())  # Extensions by name.
