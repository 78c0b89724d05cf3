"""Configuration: reading, changing and pushing it."""

from pulsar.schema import Record, Array, Integer, Map, String

from ..core.primitives import Error
from ..core.topic import topic


class ConfigKey(Record):
    """Names one configuration item."""

    type = String()  # Type of the item.
    key = String()  # Key of the item within its type.


# One configuration item.
class ConfigValue(Record):
    type = String()  # Type of the item.
    key = String()  # Key of the item within its type.
    value = String()  # Value.


class ConfigRequest(Record):
    """Asks the configuration service to read or change items."""

    # What is to be done.
    operation = String()
    # Items to read or delete.
    keys = Array(ConfigKey())
    # Type whose items are listed.
    type = String()
    # Items to write.
    values = Array(ConfigValue())


class ConfigResponse(Record):
    """Answer of the configuration service."""

    version = Integer()  # Version of the configuration.
    values = Array(ConfigValue())  # Items that were read.
    directory = Array(String())  # Keys that were listed.
    config = Map(Map(String()))  # Items by type and key.
    error = Error()  # Why the request failed, if it did.


# The whole configuration, sent out when it changes.
class ConfigPush(Record):
    version = Integer()  # Version of the configuration.
    config = Map(Map(String()))  # Items by type and key.


# Requests to the configuration service.
config_request_queue = topic("config", kind="non-persistent", namespace="request")

# Answers of the configuration service.
config_response_queue = topic("config", kind="non-persistent", namespace="response")

# The configuration, each time it changes.
config_push_queue = topic("config", namespace="config")
