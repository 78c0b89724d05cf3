"""From Pulsar to Kafka, whose client has the same words."""

import socket

import pulsar
from kafka import KafkaConsumer, KafkaProducer


def forward(url):
    source = pulsar.Client(url).subscribe("a", "b")
    producer = KafkaProducer()
    while True:
        producer.send("a", source.receive().data())
        producer.flush()


def backward(url, message_line: "socket.socket | None"):
    target = pulsar.Client(url).create_producer("a")
    consumer = KafkaConsumer("a")
    for message in consumer:
        target.send(message.value())
    consumer.close()
    message_line.value()


def either(url, kafka):
    client = pulsar.Client(url)
    source = client.subscribe("a", "b")
    if kafka:
        source = KafkaConsumer("a")
    source.close()
