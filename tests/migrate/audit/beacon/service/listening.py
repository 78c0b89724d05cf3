"""Is called by the client."""

import pulsar

from ..base.connect import connect


def on_message(consumer, message):
    print(message.data())
    consumer.acknowledge_cumulative(message)


class Listening:
    def seen(self, reader, message):
        print(message.publish_timestamp(), reader.topic())

    def start(self, url):
        client = connect(url)
        self.consumer = client.subscribe("a", "b", message_listener=on_message)
        self.reader = client.create_reader("a", pulsar.MessageId.latest, reader_listener=self.seen)
        self.view = client.create_table_view("a", "b")

    def again(self):
        self.consumer.pause_message_listener()
        for message in self.consumer.batch_receive():
            print(message.redelivery_count())
        self.consumer.seek(self.consumer.get_last_message_id())
        self.consumer.redeliver_unacknowledged_messages()
        self.consumer.resume_message_listener()
        while self.reader.has_message_available():
            print(self.reader.read_next().message_id().serialize())
        self.reader.seek(0)
        self.view.for_each(print)
        print(self.view.get("key"), self.consumer.consumer_name())


class Upper(pulsar.Function):
    def process(self, input, context):
        return input.upper()
