"""Has no consumer before it starts, and none when it is done."""


class Subscriber:
    def __init__(self, client):
        self.client = client
        self.consumer = None

    def start(self):
        self.consumer = self.client.subscribe("a", "b")

    def run(self):
        self.consumer.acknowledge(self.consumer.receive())
        self.consumer.close()
        self.consumer = None


class Holder:
    def __init__(self, wrapper):
        self.wrapper = wrapper

    @property
    def inner(self):
        return self.wrapper.client


def start(holder: Holder):
    Subscriber(holder.inner).start()
