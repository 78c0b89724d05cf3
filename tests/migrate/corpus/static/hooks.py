"""Metaclasses, hooks, decorators and mixins that leave the fields alone."""
import abc
import functools
import json
import logging
import typing
from typing import Generic, TypeVar

from pulsar.schema import Record, String

log = logging.getLogger(__name__)
REGISTRY = {}
ORDER = []
T = TypeVar("T")


class Registering(type(Record)):
    def __init__(cls, name, bases, names):
        super().__init__(name, bases, names)
        REGISTRY[name] = cls


class WithMethods(type(Record)):
    """A metaclass that only adds methods."""
    kind = "message"

    def __str__(cls):
        return cls.__name__

    def topic(cls):
        return "persistent://a/b/" + cls.__name__.lower()


class Registered(Record, metaclass=Registering):
    a = String()


class ChildOfRegistered(Registered):
    b = String()


class Methods(Record, metaclass=WithMethods):
    a = String()


class Hook(Record):
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        REGISTRY[cls.__name__] = cls
        ORDER.append(cls)
        log.debug("message %s", cls.__name__)


class OfHook(Hook):
    a = String()


class HookMixin:
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        HookMixin.registry[cls.__name__] = cls


class OfHookMixin(HookMixin, Record):
    a = String()


class JsonMixin:
    def to_json(self):
        return json.dumps(self.__dict__)


class Mixed(JsonMixin, Record):
    a = String()


class Gen(Record, Generic[T]):
    a = String()


class Plain(object):
    version = 1


class Mixed2(Record, Plain, JsonMixin):
    a = String()


def register(cls):
    REGISTRY[cls.__name__] = cls
    return cls


def topic(name, *, log_it=False):
    def decorate(cls):
        cls.topic = name
        if log_it:
            log.info("topic %s", name)
        TOPICS.setdefault(name, []).append(cls)
        return cls
    return decorate


TOPICS = {}


class Registry:
    def __init__(self):
        self.classes = {}

    def register(self, cls):
        self.classes[cls.__name__] = cls
        return cls

    def named(self, name):
        def inner(cls):
            self.classes[name] = cls
            return cls
        return inner

    def __call__(self, cls):
        self.classes[cls.__name__] = cls
        return cls


registry = Registry()


@register
class D1(Record):
    a = String()


@topic("persistent://a/b/c", log_it=True)
class D2(Record):
    a = String()


@registry.register
class D3(Record):
    a = String()


@registry.named("x")
class D4(Record):
    a = String()


@registry
class D5(Record):
    a = String()


@typing.no_type_check
@functools.total_ordering
class D6(Record):
    a = String()

    def __lt__(self, other):
        return self.a < other.a


class Holder(Record):
    one = Registered()
    two = Methods()
    three = D2()
    four = OfHook()
    five = Gen()


class HoldsBare(Record):
    """The client takes a bare class of another metaclass for no field."""

    one = ChildOfRegistered
    three = OfHook()


class AbstractToo(type(Record), abc.ABCMeta):
    pass


class Abstract(Record, metaclass=AbstractToo):
    a = String()
