"""What every service is."""

import argparse

from .client import PulsarClient
from .consumer import Consumer
from .producer import Producer


class Processor:
    def __init__(self, **params):
        self.pulsar_client = PulsarClient(**params)

    def consume(self, topic, name, schema, handler):
        return Consumer(self.pulsar_client.client, topic, name, schema, handler)

    def produce(self, topic, schema):
        return Producer(self.pulsar_client.client, topic, schema)

    @staticmethod
    def add_args(parser):
        PulsarClient.add_args(parser)
        parser.add_argument("--metrics-port", type=int, default=8000)

    @classmethod
    def launch(cls):
        parser = argparse.ArgumentParser()
        cls.add_args(parser)
        args = parser.parse_args()
        print(args.pulsar_host)
        cls(**vars(args)).run()
