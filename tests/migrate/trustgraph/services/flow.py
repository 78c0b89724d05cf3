"""Processing flows and the classes they are started from."""

from pulsar.schema import Record, Array, Map, String

from ..core.primitives import Error
from ..core.topic import topic


class FlowRequest(Record):
    """Asks the flow service about flows and flow classes."""

    # What is to be done.
    operation = String()
    # Name of the flow class.
    class_name = String()
    # Definition of the flow class.
    class_definition = String()
    # Description for a person.
    description = String()
    # Identifier of the flow.
    flow_id = String()
    # Parameters by name.
    parameters = Map(String())


class FlowResponse(Record):
    """Answer of the flow service."""

    class_names = Array(String())  # Names of flow classes.
    flow_ids = Array(String())  # Identifiers of flows.
    class_definition = String()  # Definition of the flow class.
    flow = String()  # The flow, as JSON text.
    description = String()  # Description for a person.
    parameters = Map(String())  # Parameters by name.
    error = Error()  # Why the request failed, if it did.


# Requests to the flow service.
flow_request_queue = topic("flow", kind="non-persistent", namespace="request")

# Answers of the flow service.
flow_response_queue = topic("flow", kind="non-persistent", namespace="response")
