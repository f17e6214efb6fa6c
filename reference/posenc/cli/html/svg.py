"""Plots as SVG inside a page, by hand: the same numbers give the same bytes, and no library is needed.

Colours are classes of the page's style sheet, so that a plot is readable on a dark page and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from posenc.cli.html.parts import tag, text

WIDTH, HEIGHT = 560, 330
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 12, 44
Points = Sequence[tuple[float, float]]


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers from low to high, one, two or five powers of ten apart."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    return [round(n * step, 12) for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


@dataclass
class Axis:
    """From one end to the other, linear or by powers (log is their base); ticks where said or at round numbers."""

    low: float
    high: float
    label: str
    log: int = 0
    at: Sequence[float] = ()

    def share(self, value: float) -> float:
        """How far along the axis a number stands, 0 to 1."""
        if self.log:
            low, value, high = (log10(one) for one in (self.low, value, self.high))
            return (value - low) / (high - low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Where a line is drawn, and what is written there."""
        if not self.log:
            return [(at, f"{at:g}".replace("-", "−")) for at in self.at or ticks(self.low, self.high)]
        scale = log10(self.log)
        first, last = ceil(log10(self.low) / scale - 1e-9), floor(log10(self.high) / scale + 1e-9)
        step = max(1, ceil((last - first) / 8))
        return [
            (float(self.log) ** n, f"{self.log}{_raised(n)}" if n not in (0, 1) else str(self.log**n))
            for n in range(first, last + 1, step)
        ]


def _raised(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@dataclass
class Chart:
    """Two axes and what is drawn between them; every line has the next colour and a name below the plot."""

    x: Axis
    y: Axis
    title: str
    shapes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point."""
        across = LEFT + (WIDTH - LEFT - RIGHT) * self.x.share(x)
        up = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * self.y.share(y)
        return round(across, 1), round(up, 1)

    def line(self, points: Points, name: str = "", *, dots: bool = False) -> None:
        """Points joined by straight lines, with a dot at each if asked for."""
        colour = f"c{len(self.names) % 8}"
        self.names.append(name)
        places = [self.at(*point) for point in points]
        path = " ".join(f"{x:g},{y:g}" for x, y in places)
        self.shapes.append(tag("polyline", points=path, class_=f"line {colour}"))
        if dots:
            self.shapes += [_dot(x, y, colour) for x, y in places]

    def steps(self, points: Points, name: str) -> None:
        """A function that is constant between integers."""
        stairs = [(x + shift, y) for x, y in points for shift in (-0.5, 0.5)]
        self.line([(min(max(x, self.x.low), self.x.high), y) for x, y in stairs], name)

    def mark(self, x: float, y: float, said: str) -> None:
        """A ring around a point of the last line, with words above it."""
        across, up = self.at(x, y)
        self.shapes.append(f'<circle cx="{across:g}" cy="{up:g}" r="5" class="ring"/>')
        self.shapes.append(_words(across + 8, up - 8, said, "start", "said"))

    def drawn(self) -> str:
        """The element svg, and the names of the lines."""
        return picture(self.title, "".join([*self._grid(), *self.shapes])) + self._legend()

    def _grid(self) -> Iterable[str]:
        for value, said in self.x.ticks():
            across, _ = self.at(value, self.y.low)
            yield f'<path d="M{across:g} {TOP}V{HEIGHT - BOTTOM}" class="grid"/>'
            yield _words(across, HEIGHT - BOTTOM + 16, said, "middle")
        for value, said in self.y.ticks():
            _, up = self.at(self.x.low, value)
            yield f'<path d="M{LEFT} {up:g}H{WIDTH - RIGHT}" class="grid"/>'
            yield _words(LEFT - 6, up + 4, said, "end")
        yield _words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, self.x.label, "middle")
        yield f'<text x="14" y="{(TOP + HEIGHT - BOTTOM) / 2:g}" class="upright">{text(self.y.label)}</text>'

    def _legend(self) -> str:
        """Words of the page rather than of the drawing: on a phone the drawing shrinks, and these do not."""
        named = [(place, name) for place, name in enumerate(self.names) if name]
        rows = (tag("li", text(name), class_=f"c{place % 8}") for place, name in named)
        return tag("ul", *rows, class_="legend") if named else ""


def picture(title: str, inside: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """An element svg with a name for those who cannot see it."""
    return f'<svg viewBox="0 0 {width} {height}" role="img"><title>{text(title)}</title>{inside}</svg>'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="3" class="dot {colour}"/>'


def _words(x: float, y: float, said: str, anchor: str, class_: str | None = None) -> str:
    return tag("text", text(said), x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=class_)


def spread(values: Iterable[float]) -> tuple[float, float]:
    """The smallest and the largest value with a little room; never the same."""
    found = list(values)
    low, high = min(found), max(found)
    room = (high - low or abs(high) or 1.0) * 0.05
    return low - room, high + room
