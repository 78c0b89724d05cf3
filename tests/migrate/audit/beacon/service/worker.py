"""Messages of another system: none of this is Pulsar's, though Records are used."""

from celery import Celery, bootsteps
from google.cloud import pubsub_v1
from kombu import Consumer, Queue

from ..schema import Station

app = Celery("beacon")


class Step(bootsteps.ConsumerStep):
    def get_consumers(self, channel):
        return [Consumer(channel, queues=[Queue("q")], callbacks=[self.handle])]

    def handle(self, body, delivery):
        print(Station(name=body["name"]).name)
        delivery.acknowledge()

    def pull(self, subscriber: pubsub_v1.SubscriberClient, ids):
        subscriber.acknowledge(request={"subscription": "s", "ack_ids": ids})
        subscriber.seek("s", 3)
