"""Settings without a word of the client's module."""

import logging
from typing import Optional

PULSAR_LISTENER = "internal"
PULSAR_RETRIES = 3
pulsar_names = [name for name in ("a", "b")]

logging.getLogger("pulsar").setLevel(logging.WARNING)
logging.getLogger("pulsar.client")
logging.getLogger("pulsarish")


class Settings:
    pulsar_host: str = "pulsar"
    pulsar_api_key: Optional[str]
    pulsar_thing: object
    other: str = "x"

    def read(self):
        pulsar_here = 1
        return pulsar_here
