"""Classes of the same names that are not the client's."""


class Record:
    pass


class String:
    pass


class Unrelated(Record):
    a = String()
