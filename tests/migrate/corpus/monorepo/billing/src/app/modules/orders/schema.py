from app.seedwork.schema.v1 import messages
from app.seedwork.schema.v1.messages import Message
from pulsar.schema import *


class OrderPayload(Message):
    billing_number = String()


class OrderEvent(Message):
    data = OrderPayload()
    message = Message()
    again = Array(messages.Message())
