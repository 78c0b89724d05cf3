"""Watches the answers."""

import beacon.schema as s
from beacon.base import Processor


class Watch(Processor):
    def seen(self, response: s.ReadingResponse, properties):
        if response.error:
            print(response.error.message)
        if response.error is not None:
            return
        for reading in response.readings:
            print(reading.value)
        print(response.erorr)


def report(processor, response: s.ReadingResponse):
    print(response.error.type)
    return processor.pulsar_client
