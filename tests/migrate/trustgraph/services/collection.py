"""Management of collections."""

from pulsar.schema import Record, Array, Integer, String

from ..core.primitives import Error
from ..core.topic import topic


class CollectionMetadata(Record):
    """Describes a collection."""

    # Owner of the collection.
    user = String()
    # Identifier of the collection.
    collection = String()
    # Name.
    name = String()
    # Description for a person.
    description = String()
    # Free tags.
    tags = Array(String())


class CollectionManagementRequest(Record):
    """Asks for collections to be listed, changed or deleted."""

    operation = String()  # What is to be done.
    user = String()  # Owner of the collections.
    collection = String()  # Identifier of the collection.
    timestamp = String()  # When it was asked, as text.
    name = String()  # Name.
    description = String()  # Description for a person.
    tags = Array(String())  # Free tags.
    tag_filter = Array(String())  # List only collections with these tags.
    limit = Integer()  # How many results at most.


# Answer to a collection management request.
class CollectionManagementResponse(Record):
    error = Error()  # Why the request failed, if it did.
    timestamp = String()  # When it was answered, as text.
    collections = Array(CollectionMetadata())  # The collections.


# Requests to the collection service.
collection_request_queue = topic("collection", kind="non-persistent", namespace="request")

# Answers of the collection service.
collection_response_queue = topic("collection", kind="non-persistent", namespace="response")
