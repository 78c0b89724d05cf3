"""Shows what is in a topic."""

import click
import pulsar as p
from pulsar import Timeout

from ..schema.topics import topic


@click.command()
@click.option("--pulsar-host", default="pulsar+ssl://localhost:6651")
def peek(pulsar_host):
    client = p.Client(pulsar_host, authentication=p.AuthenticationTLS("cert", "key"))
    reader = client.create_reader(topic("readings"), p.MessageId.earliest)
    try:
        while True:
            msg = reader.read_next(1000)
            print(msg.data(), msg.message_id())
    except Timeout:
        pass
    finally:
        client.close()
