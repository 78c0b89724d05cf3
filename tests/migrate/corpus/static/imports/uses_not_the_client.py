from .not_the_client import Record, String


class AlsoUnrelated(Record):
    a = String()
