"""The one place that is meant to know the broker."""

import os

import _pulsar
import pulsar


class PulsarClient:
    default_host = os.getenv("PULSAR_HOST", "pulsar://pulsar:6650")
    default_key = os.environ.get("PULSAR_API_KEY")

    def __init__(self, **params):
        self.pulsar_host = params.get("pulsar_host", self.default_host)
        key = params.get("pulsar_api_key", self.default_key)
        listener = params.get("pulsar_listener")
        logger = pulsar.ConsoleLogger(_pulsar.LoggerLevel.Error)
        if key:
            auth = pulsar.AuthenticationToken(key)
            self.client = pulsar.Client(
                self.pulsar_host, listener_name=listener, logger=logger, authentication=auth
            )
        else:
            self.client = pulsar.Client(
                self.pulsar_host,
                listener_name=listener,
                logger=logger,
                operation_timeout_seconds=60,
            )

    def close(self):
        self.client.close()

    @staticmethod
    def add_args(parser):
        parser.add_argument("-p", "--pulsar-host", default=PulsarClient.default_host)
        parser.add_argument("--pulsar-api-key", default=PulsarClient.default_key)
        parser.add_argument("--pulsar-listener", help="advertised listener")
