from pulsar.schema import Record as R, String as S, Array as ListOf, \
    Integer as I


class NameAlias(R):
    a = S()
    b = ListOf(I())
