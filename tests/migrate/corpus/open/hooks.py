"""Metaclasses and hooks that change fields."""
from pulsar.schema import Record, String


class M1(type(Record)):
    def __init__(cls, name, bases, names):
        super().__init__(name, bases, names)
        cls._fields["added"] = String()


class M2(type(Record)):
    @classmethod
    def __prepare__(mcs, name, bases):
        return {"prepared": String()}


class M3(type(Record)):
    def __getattribute__(cls, name):
        if name == "_avro_namespace":
            return "x.y"
        return super().__getattribute__(name)


class M4(type(Record)):
    def __init__(cls, name, bases, names):
        super().__init__(name, bases, names)
        cls._avro_namespace = "a." + name


class M5(type(Record)):
    def __init__(cls, name, bases, names):
        super().__init__(name, bases, names)
        setattr(cls, "_sorted_fields", True)


class M6(type(Record)):
    def __init__(cls, name, bases, names):
        super().__init__(name, bases, names)
        change(cls)


class M7(type(Record)):
    @property
    def _fields(cls):
        return {}


class M8(type(Record)):
    _sorted_fields = True
    _avro_namespace = "meta"


def change(cls):
    cls._fields["changed"] = String()


class A1(Record, metaclass=M1):
    a = String()


class A2(Record, metaclass=M2):
    a = String()


class A3(Record, metaclass=M3):
    a = String()


class A4(Record, metaclass=M4):
    a = String()


class A5(Record, metaclass=M5):
    z = String()
    a = String()


class A6(Record, metaclass=M6):
    a = String()


class A8(Record, metaclass=M8):
    z = String()
    a = String()


class H1(Record):
    def __init_subclass__(cls):
        cls._fields.update(x=String())


class C1(H1):
    a = String()


class H2(Record):
    def __init_subclass__(cls):
        fields = cls._fields
        fields.pop("a")


class C2(H2):
    a = String()


class H3:
    def __init_subclass__(cls):
        for base in cls.__mro__[1:]:
            for key, value in getattr(base, "_fields", {}).items():
                cls._fields.setdefault(key, value)


class Base(Record):
    base = String()


class C3(H3, Base):
    a = String()


class NewOnly(type(Record)):
    def __new__(mcs, name, bases, names):
        return super().__new__(mcs, name, bases, names)


class New(Record, metaclass=NewOnly):
    a = String()


class FirstHook:
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)


class SecondHook:
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls._fields["second"] = String()


class OfBothHooks(FirstHook, SecondHook, Record):
    a = String()
