"""Answers requests for readings."""

from .. schema import Error, Reading, ReadingRequest, ReadingResponse, Station
from .. schema import reading_request_queue, reading_response_queue
from .. base import Processor


class Readings(Processor):
    def __init__(self, **params):
        super().__init__(**params)
        self.requests = self.consume(reading_request_queue, "readings", ReadingRequest, self.handle)
        self.responses = self.produce(reading_response_queue, ReadingResponse)

    def handle(self, request: ReadingRequest, properties):
        if request.prefix:
            return self.fail("prefix", properties)
        reading = Reading(station=Station(name=request.station), value=1.5)
        response = ReadingResponse(readings=[reading], last=True, chunk=None)
        self.responses.send(response, properties)

    def fail(self, why, properties):
        error = Error(type="request", message=why)
        response = ReadingResponse(error=error, readings=None, response=None)
        self.responses.send(response, properties)

    def again(self, values):
        return ReadingRequest(**values)

    def first(self):
        return Station("north", 3)


def run():
    Readings.launch()
