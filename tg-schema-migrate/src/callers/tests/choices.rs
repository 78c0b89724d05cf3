//! Objects that are one of several Records, functions whose type says what they are called with, and values that come
//! by another name.

use super::values::check_values;

#[test]
fn one_of_several_records_has_what_one_of_them_has() {
    let text = "\
from typing import Optional, Union
def f(v: Union[Car, Must]):
    v.text
    v.color
    v.nothing
    v.text = 5
    v.error.type
def g(v: 'Car | Error | None'):
    v.error.type
    v.gone
    if isinstance(v, Error):
        v.color
def h(v: Optional[Union[Car, Must]], w: Union[Car, str], x: Union[Car, Car]):
    v.nothing
    w.nothing
    x.nothing
";
    check_values(
        text,
        &[
            "use.py:6 MISSING_ATTRIBUTE Car: v.nothing",
            "use.py:7 WRONG_VALUE Must: v.text",
            "use.py:8 UNSET_RECORD_READ Error: v.error.type",
            "use.py:10 UNSET_RECORD_READ Error: v.error.type",
            "use.py:11 MISSING_ATTRIBUTE Error: v.gone",
            "use.py:13 MISSING_ATTRIBUTE Error: v.color",
            "use.py:15 MISSING_ATTRIBUTE Car: v.nothing",
            "use.py:17 MISSING_ATTRIBUTE Car: x.nothing",
        ],
    );
}

#[test]
fn a_lambda_is_called_with_what_the_type_of_its_place_says() {
    let text = "\
from typing import Callable, Optional
def each(go: Callable[[Car, int], None], then: Optional['Callable[[Error], None]'] = None):
    pass
each(lambda c, n: c.nothing)
each(lambda c, n: c.error.type, then=lambda e: e.nothing)
each(go=lambda c, n: n.nothing)
one: Callable[[Car], None] = lambda c: c.other
two: Callable[..., None] = lambda c: c.other
class Holder:
    on: 'Callable[[Car], None]' = lambda c: c.third
";
    check_values(
        text,
        &[
            "use.py:5 MISSING_ATTRIBUTE Car: c.nothing",
            "use.py:6 UNSET_RECORD_READ Error: c.error.type",
            "use.py:6 MISSING_ATTRIBUTE Error: e.nothing",
            "use.py:8 MISSING_ATTRIBUTE Car: c.other",
            "use.py:11 MISSING_ATTRIBUTE Car: c.third",
        ],
    );
}

#[test]
fn what_a_record_holds_was_perhaps_set_before_it_was_given() {
    let text = "\
from pulsar.schema import *
class Trip(Record):
    car = Car()
class Tour(Record):
    trip = Trip()
a = Car(error=Error())
b = Trip(car=a)
b.car.error.type
Tour(trip=Trip(car=Car(error=Error()))).trip.car.error.type
c = Car()
c.error = Error()
d = Trip(car=c)
d.car.error.type
if d.car.error:
    pass
e = Car()
f = Trip(car=e)
f.car.error.type
f.car.errors
";
    check_values(
        text,
        &["use.py:19 UNSET_RECORD_READ Error: f.car.error.type"],
    );
}

#[test]
fn bytes_are_told_where_they_come_by_a_name() {
    let text = "\
def by_parameter(data):
    Must(text=data)
    again(data)
def again(data):
    Must(text='a', given=data)
def declared(data: bytes):
    Must(text=data)
def unknown(data, other: str):
    Must(text=data, given=other)
def anew(data):
    data = data.decode()
    Must(text=data)
by_parameter(b'a')
by_parameter('a')
anew(b'a')
unknown('a', 'b')
raw = 'a'.encode()
Must(text=raw)
Must(text=raw.decode())
Must(text=tokens.encode(raw))
Car(key=raw)
";
    check_values(
        text,
        &[
            "use.py:3 WRONG_VALUE Must: text=data",
            "use.py:6 WRONG_VALUE Must: given=data",
            "use.py:8 WRONG_VALUE Must: text=data",
            "use.py:19 WRONG_VALUE Must: text=raw",
        ],
    );
}
