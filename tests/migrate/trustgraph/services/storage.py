"""Management of the stores."""

from pulsar.schema import *

from ..core.primitives import Error
from ..core.topic import topic


class StorageManagementRequest(Record):
    """Asks a store to carry out a management operation on a collection."""

    # What is to be done.
    operation = String()
    # Owner of the collection.
    user = String()
    # Collection that is managed.
    collection = String()


class StorageManagementResponse(Record):
    """Says whether a store carried out the operation."""

    error = Error()  # Why the request failed, if it did.


# Management requests to the vector stores.
vector_storage_management_topic = topic(
    "vector-storage-management", kind="non-persistent", namespace="request"
)

# Management requests to the object stores.
object_storage_management_topic = topic(
    "object-storage-management", kind="non-persistent", namespace="request"
)

# Management requests to the triple stores.
triples_storage_management_topic = topic(
    "triples-storage-management", kind="non-persistent", namespace="request"
)

# Answers of the stores to management requests.
storage_management_response_topic = topic(
    "storage-management", kind="non-persistent", namespace="response"
)
