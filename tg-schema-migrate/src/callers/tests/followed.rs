//! Objects that are followed from where they are made to where they are used.

use super::values::check_values;

#[test]
fn what_a_constructor_is_given_is_there() {
    let text = "\
def make():
    return Car(error=Error())
def f(flag, error):
    c = Car(error=Error())
    c.error.type = 'a'
    make().error.type
    Car(**dict(error=Error())).error.type
    if c.error:
        pass
    both = Car(error=Error()) if flag else Car(error=error, n=1)
    both.error.type
    one = Car(error=Error()) if flag else Car()
    one.error.type
    none = Car(error=None)
    none.error.type
class Holder:
    def __init__(self, error):
        self.given = Car(error=error)
        self.bare = Car()
        self.late = None
    def use(self):
        self.given.error.type
        self.bare.error.type
        self.bare.nothing
class Outer:
    def __init__(self):
        self.holder = Holder(None)
    def use(self):
        self.holder.given.error.type
        self.holder.bare.nothing
";
    check_values(
        text,
        &[
            "use.py:14 UNSET_RECORD_READ Error: one.error.type",
            "use.py:16 UNSET_RECORD_READ Error: none.error.type",
            "use.py:24 UNSET_RECORD_READ Error: self.bare.error.type",
            "use.py:25 MISSING_ATTRIBUTE Car: self.bare.nothing",
            "use.py:31 MISSING_ATTRIBUTE Car: self.holder.bare.nothing",
        ],
    );
}

#[test]
fn parameters_that_are_bound_anew_are_followed_where_all_agree() {
    let text = "\
def f(c: Car):
    c = c or Car()
    c.nothing
def g(c: 'Car | None' = None):
    if c is None:
        c = Car()
    c.nothing
def h(c: Car):
    c = {'nothing': 1}
    c.nothing
def i(c: Car):
    c = c.errors[0]
    c.nothing
def j(c):
    c = c or Car()
    c.nothing
";
    check_values(
        text,
        &[
            "use.py:4 MISSING_ATTRIBUTE Car: c.nothing",
            "use.py:8 MISSING_ATTRIBUTE Car: c.nothing",
        ],
    );
}

#[test]
fn values_of_members_are_told_wherever_they_are_read() {
    let text = "\
from values import Word
from enum import Enum
class Other(Enum):
    A = 1
DEFAULT = Color.RED
def f(color: Color, other: Other):
    Color.RED.value, Color.RED.name, DEFAULT.value, color.value
    Color(1).value, Color['RED'].value
    [c.value for c in Color]
    Word.ONE.value, Other.A.value, other.value
";
    check_values(
        text,
        &[
            "use.py:8 ENUM_VALUE Color: Color.RED.value",
            "use.py:8 ENUM_VALUE Color: DEFAULT.value",
            "use.py:8 ENUM_VALUE Color: color.value",
            "use.py:9 ENUM_VALUE Color: Color(1).value",
            "use.py:9 ENUM_VALUE Color: Color['RED'].value",
            "use.py:10 ENUM_VALUE Color: c.value",
        ],
    );
}

#[test]
fn what_other_code_may_bind_anew_is_not_followed() {
    let text = "\
class Other: nothing = 1
class Store:
    fixed = None
    shared = Car()
    def __init__(self):
        self.item = Car()
        self.fixed = Car()
    def use(self):
        self.item.nothing
        self.fixed.nothing
        self.shared.nothing
    def swap(self):
        self.item = Other()
        self.shared = Other()
made = Car()
late = None
def use():
    made.nothing, late.nothing
def change():
    global made, late
    made = Other()
    late = Car()
def again():
    made.nothing
sure = Car()
def third():
    sure.nothing
";
    check_values(
        text,
        &[
            "use.py:11 MISSING_ATTRIBUTE Car: self.fixed.nothing",
            "use.py:28 MISSING_ATTRIBUTE Car: sure.nothing",
        ],
    );
}

#[test]
fn what_is_set_before_is_there() {
    let text = "\
r = Car(error=Error())
print(r.error.message)
if r.error: pass
def f():
    r = Car()
    r.error = Error()
    print(r.error.message)
    if r.error: pass
    return r.error is None
def g(r: Car):
    if r.error: pass
    r.error = Error()
    r.error.type = 'x'
def h(r: Car):
    r.error = None
    if r.error: pass
";
    check_values(
        text,
        &[
            "use.py:12 FIELD_AS_TRUTH Car: r.error",
            "use.py:17 FIELD_AS_TRUTH Car: r.error",
        ],
    );
}

#[test]
fn classes_that_tests_and_types_promise_are_known() {
    let text = "\
from typing import TypeVar
T = TypeVar('T', bound=Car)
def f(x):
    assert isinstance(x, Error)
    return x.bad1
def g(x):
    if not isinstance(x, Error): return
    return x.bad2
def h(x):
    if not isinstance(x, Error): print(x)
    return x.fine
def i(x: T): return x.bad3
def j(es: list[Error], any):
    sorted(es, key=lambda e: e.bad4)
    es.sort(key=lambda e: e.bad5)
    list(map(lambda e: e.bad6, es))
    max(es, key=lambda e: e.bad7)
    sorted(any, key=lambda e: e.fine)
";
    check_values(
        text,
        &[
            "use.py:6 MISSING_ATTRIBUTE Error: x.bad1",
            "use.py:9 MISSING_ATTRIBUTE Error: x.bad2",
            "use.py:13 MISSING_ATTRIBUTE Car: x.bad3",
            "use.py:15 MISSING_ATTRIBUTE Error: e.bad4",
            "use.py:16 MISSING_ATTRIBUTE Error: e.bad5",
            "use.py:17 MISSING_ATTRIBUTE Error: e.bad6",
            "use.py:18 MISSING_ATTRIBUTE Error: e.bad7",
        ],
    );
}

#[test]
fn arguments_are_followed_into_functions_that_make_objects() {
    let text = "\
def make(cls, **values):
    return cls(**values)
def other(cls=Error, **values):
    return cls(type='a', **values)
make(Car, n=1, bad1=2)
other(message='x', bad2=3)
other(message='x')
";
    check_values(
        text,
        &[
            "use.py:3 UNDECLARED_ARGUMENT Car: cls(**values)",
            "use.py:5 UNDECLARED_ARGUMENT Error: cls(type='a', **values)",
        ],
    );
}
