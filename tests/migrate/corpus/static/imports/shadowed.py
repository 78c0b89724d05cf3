"""A class that bears the name of a word of the client takes its place from there on."""

from pulsar.schema import *


class Before(Record):
    a = String()


class String(Record):
    text = Bytes()


class After(Record):
    a = String()
    b = Array(String())


class Field(Record):
    name = Long()


class Fields(Record):
    fields = Array(Field())
