"""Messages to send through the codecs: the same ones on every run."""

import datetime
import decimal
import random
import uuid

from definitions import EPOCH, SCHEMAS, single

TEXTS = ["", "a", "Grüße", "☃ \u2028", "😀", 'quote " and \\', "line\nend\t\u0001\u007f", "null", "x" * 300]
LONGEST = datetime.timedelta(days=250 * 365)


def messages(record, count=6):
    """`count` messages: one with as little as possible, one with as much, the others in between."""
    out = []
    for number in range(count):
        fill = {0: 0.0, 1: 1.0}.get(number, 0.6)
        maker = Maker(random.Random(f"{record} {number}"), fill)
        out.append(maker.record(record, 0))
    return out


class Maker:
    """Makes values of a type; `fill` is how likely something optional is there."""

    def __init__(self, dice, fill):
        self.dice, self.fill = dice, fill

    def there(self, depth):
        return depth < 4 and self.dice.random() < self.fill

    def record(self, name, depth):
        out = {}
        for field in SCHEMAS.records[name].fields:
            given = not field.nullable and field.default is None or self.there(depth)
            value = self.value(field.type, field.utf8, depth) if given else field.default
            # In the profile, a sub-record with nothing in it is what old producers write for none at all.
            if SCHEMAS.records[name].profile and field.default is None and field.nullable:
                if field.type.word == "record" and unset(field.type.inside, value):
                    value = None
            out[field.name] = value
        return out

    def value(self, type_, utf8, depth):
        dice = self.dice
        match type_.word:
            case "optional":
                return self.value(type_.inside, utf8, depth) if self.there(depth) else None
            case "array":
                return [self.value(type_.inside, utf8, depth + 1) for _ in range(self.length(depth))]
            case "map":
                keys = dice.sample(TEXTS, self.length(depth))
                return {k: self.value(type_.inside, utf8, depth + 1) for k in sorted(keys, key=str.encode)}
            case "record":
                return self.record(type_.inside, depth + 1)
            case "enum":
                return dice.choice(SCHEMAS.enums[type_.inside].symbols)
            case "string":
                return dice.choice(TEXTS)
            case "boolean":
                return dice.random() < 0.5
            case "int":
                return dice.choice([0, -1, 1, 63, -65, 2**31 - 1, -(2**31), dice.randrange(-(2**31), 2**31)])
            case "long":
                return dice.choice([0, -1, 2**53 + 1, 2**63 - 1, -(2**63), dice.randrange(-(2**63), 2**63)])
            case "float":
                return single(dice.choice([0.0, 0.1, -1.5, 3.4028235e38, 1e-45, dice.uniform(-1e6, 1e6)]))
            case "double":
                return dice.choice([0.0, 0.1, -1.5, 1.7976931348623157e308, 5e-324, dice.uniform(-1e9, 1e9)])
            case "bytes":
                return dice.choice(TEXTS).encode() if utf8 else dice.randbytes(dice.choice([0, 1, 2, 3, 70]))
            case "date":
                return (EPOCH + dice.uniform(-1, 1) * LONGEST).date()
            case "time_ms":
                ms = dice.choice([0, 86_399_999, dice.randrange(86_400_000)])
                return (EPOCH + datetime.timedelta(milliseconds=ms)).time()
            case "timestamp_ms":
                return EPOCH + datetime.timedelta(milliseconds=dice.randrange(-(10**13), 10**13))
            case "timestamp_us":
                return EPOCH + datetime.timedelta(microseconds=dice.randrange(-(10**16), 10**16))
            case "uuid":
                return uuid.UUID(int=dice.getrandbits(128))
            case "decimal":
                precision, scale = type_.inside
                digits = dice.choice([0, 1, 10**precision - 1, dice.randrange(10**precision)])
                sign = int(digits > 0 and dice.random() < 0.5)
                return decimal.Decimal((sign, tuple(map(int, str(digits))), -scale))
        raise AssertionError(type_)

    def length(self, depth):
        if self.fill == 0.0 or depth >= 4:
            return 0
        return self.dice.choice([0, 1, 2, 3] if self.fill < 1.0 else [1, 2])


def unset(name, value):
    """Whether a record of the profile holds nothing but what an unset one holds."""
    fields = SCHEMAS.records[name].fields
    return bool(fields) and value is not None and all(
        value[f.name] is None
        or (f.default is not None and value[f.name] == f.default)
        or (f.type.word == "record" and unset(f.type.inside, value[f.name]))
        for f in fields
    )
