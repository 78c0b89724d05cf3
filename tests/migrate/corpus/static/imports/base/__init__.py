"""Hands the words of the client on."""

from pulsar.schema import *
from pulsar.schema import String as Text
