from .core import Error, Reading, ReadingRequest, ReadingResponse, Station
from .topics import reading_request_queue, reading_response_queue, topic
