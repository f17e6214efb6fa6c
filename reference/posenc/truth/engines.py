"""Enclosures of real numbers: Arb balls when python-flint is installed, mpmath's intervals otherwise.

An engine does interval arithmetic at one precision. Its numbers are opaque; `bounds` gives the exact end points,
between which the true value lies. The two engines share no code below this interface.
"""

from __future__ import annotations

from fractions import Fraction
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Protocol, Self

from mpmath import libmp

Dyadic = tuple[int, int]  # (m, e) stands for m·2^e


class Engine(Protocol):
    """Interval arithmetic at so many bits, inside `with engine:`; every result encloses the exact one."""

    name: str
    precision: int

    def __init__(self, precision: int) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def ball(self, value: Fraction) -> Any:
        """An enclosure of a rational."""

    def pi(self) -> Any:
        """An enclosure of π."""

    def add(self, a: Any, b: Any) -> Any:
        """a + b."""

    def mul(self, a: Any, b: Any) -> Any:
        """a · b."""

    def power(self, a: Any, exponent: Fraction) -> Any:
        """a to a rational power; a > 0 unless the exponent is an integer."""

    def apply(self, function: str, a: Any) -> Any:
        """sin, cos, exp, log or tanh of a."""

    def bounds(self, a: Any) -> tuple[Dyadic, Dyadic]:
        """The exact end points."""


class Arb:
    """Balls of python-flint."""

    name = "arb"

    def __init__(self, precision: int) -> None:
        import flint

        self.precision, self._flint = precision, flint

    def __enter__(self) -> Self:
        self._outer, self._flint.ctx.prec = self._flint.ctx.prec, self.precision
        return self

    def __exit__(self, *_: object) -> None:
        self._flint.ctx.prec = self._outer

    def ball(self, value: Fraction) -> Any:
        return self._flint.arb(self._flint.fmpq(value.numerator, value.denominator))

    def pi(self) -> Any:
        return self._flint.arb.pi()

    def add(self, a: Any, b: Any) -> Any:
        return a + b

    def mul(self, a: Any, b: Any) -> Any:
        return a * b

    def power(self, a: Any, exponent: Fraction) -> Any:
        return a ** self._flint.fmpq(exponent.numerator, exponent.denominator)

    def apply(self, function: str, a: Any) -> Any:
        return getattr(a, function)()

    def bounds(self, a: Any) -> tuple[Dyadic, Dyadic]:
        (low, e), (high, f) = a.lower().man_exp(), a.upper().man_exp()
        return (int(low), int(e)), (int(high), int(f))


class Mpi:
    """Intervals of mpmath.

    Its sums, products and quotients round outwards exactly. Its elementary functions are computed with 20 guard bits,
    of which 10 are given away here on either side, because their last bit is not proven.
    """

    name = "mpmath"

    def __init__(self, precision: int) -> None:
        self.precision, self._guarded = precision, precision + 20
        one, slack = 1 << self._guarded, 1 << 10
        self._wider = libmp.from_man_exp(one + slack, -self._guarded)
        self._narrower = libmp.from_man_exp(one - slack, -self._guarded)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def ball(self, value: Fraction) -> Any:
        return tuple(libmp.from_rational(*value.as_integer_ratio(), self.precision, way) for way in "fc")

    def pi(self) -> Any:
        return self._widened((libmp.mpf_pi(self._guarded),) * 2)

    def add(self, a: Any, b: Any) -> Any:
        return libmp.mpi_add(a, b, self.precision)

    def mul(self, a: Any, b: Any) -> Any:
        return libmp.mpi_mul(a, b, self.precision)

    def power(self, a: Any, exponent: Fraction) -> Any:
        if exponent.denominator == 1:
            out = self.ball(Fraction(1))
            for _ in range(abs(int(exponent))):
                out = self.mul(out, a)
            return out if exponent >= 0 else libmp.mpi_div(self.ball(Fraction(1)), out, self.precision)
        return self.apply("exp", self.mul(self.apply("log", a), self.ball(exponent)))

    def apply(self, function: str, a: Any) -> Any:
        if function in ("sin", "cos"):  # not monotonic; mpmath widens these itself
            return getattr(libmp, f"mpi_{function}")(a, self.precision)
        return self._widened(tuple(getattr(libmp, f"mpf_{function}")(end, self._guarded) for end in a))

    def bounds(self, a: Any) -> tuple[Dyadic, Dyadic]:
        low, high = ((-int(man) if sign else int(man), int(exponent)) for sign, man, exponent, _ in a)
        return low, high

    def _widened(self, a: Any) -> Any:
        """The interval with its end points moved outwards by a relative 2^−(precision + 10)."""
        low, high = a
        return (
            libmp.mpf_mul(low, self._wider if low[0] else self._narrower, self.precision, "f"),
            libmp.mpf_mul(high, self._narrower if high[0] else self._wider, self.precision, "c"),
        )


ENGINES: dict[str, type[Engine]] = {"arb": Arb, "mpmath": Mpi}


def best() -> type[Engine]:
    """Arb when python-flint is installed, mpmath otherwise."""
    return Arb if find_spec("flint") else Mpi
