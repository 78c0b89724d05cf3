"""Sends with every option, through what others made."""

from contextlib import closing
from datetime import timedelta

from ..base.connect import Pool, connect, sender, wrapped
from ..base import PulsarClient
from ..tools.alarm import Alarm


def ship(client: PulsarClient, pool: "Pool | None", order):
    producer = client.client.create_producer("orders")
    producer.send(
        order,
        properties={"id": order.id},
        partition_key=order.customer,
        ordering_key="a",
        sequence_id=3,
        replication_clusters=["eu"],
        disable_replication=False,
        event_timestamp=17,
        deliver_at=18,
        deliver_after=timedelta(seconds=1),
    )
    producer.send_async(order, lambda result, message_id: None)
    producer.send_async(order, callback=print, partition_key="a")
    pool.get().create_producer("orders").flush()


def run(url):
    own = connect(url)
    own.get_topic_partitions("orders")
    sender(url, "orders").send(b"x")
    ship(wrapped(), Pool(), None)


def relay(target, text):
    target.send(text, event_timestamp=1)


def relays(url):
    relay(sender(url, "texts"), b"x")


class Fleet:
    def __init__(self, url):
        self.ships = {}
        self.boats = []
        self.harbour = connect(url)

    def ship(self, name):
        if name not in self.ships:
            self.ships[name] = self.harbour.create_producer(name)
        self.boats.append(self.harbour.create_producer("boats"))
        return self.ships[name]

    def sail(self, name, text):
        self.ship(name).send(text)
        self.ships.get(name).flush()
        for boat in self.boats:
            boat.send(text)

    def sink(self):
        for ship in self.ships.values():
            ship.close()
        self.harbour.subscribe("wrecks", "divers", message_listener=None)


class Yard:
    alarm: Alarm
    pool: Pool


def inspect(yard: Yard, url):
    yard.alarm.acknowledge("me")
    yard.pool.get().close()
    with closing(connect(url)) as borrowed:
        borrowed.create_table_view("a", "b")
