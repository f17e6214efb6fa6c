"""The truth: rounding, enclosures, both engines, Ziv's method, and the fast certified tables."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st

from domains import bases, far
from oracle import unit
from posenc.definitions import Held, Rounded, family
from posenc.proving.runner import script
from posenc.truth import compiled, doubledouble, kernels, tables
from posenc.truth.bounds import GRADES
from posenc.truth.engines import ENGINES, Arb, Engine, Mpi
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, INT64, Format
from posenc.truth.golden import Request, golden
from posenc.truth.program import Program, Undecided
from posenc.truth.rounding import enclosures, words
from posenc.truth.tables import rotations
from posenc.truth.waves import Waves

ALL = list(FORMATS.values())
NUMPY = [FLOAT64, FLOAT32, FLOAT16]
ROPE = family("rope").CONVENTIONS["rope/interleaved"]
X = sp.Symbol("x", real=True)


def omega(i: int, dim: int, base: float = 10_000.0) -> Any:
    return ROPE.frequency(sp.Integer(i), dim, dim, sp.Rational(*base.as_integer_ratio()))


# --- formats -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", NUMPY, ids=lambda f: f.name)
@given(value=st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e-37, 1e-37) | st.floats(-1e5, 1e5))
@example(value=0.0)
@example(value=2.0**-150)
@example(value=65519.999)
@example(value=65520.0)
@example(value=1 + 2.0**-24)
@example(value=1 + 3 * 2.0**-24)
@example(value=2.0**-149 * 0.75)
def test_rounding_is_ieee(form: Format, value: float) -> None:
    with np.errstate(over="ignore"):
        expected = np.array([value]).astype(form.name)
    assert form.round(Fraction(value)) == (expected.view(form.word_dtype)[0] if value else 0)


@given(value=st.floats(-1e30, 1e30, allow_nan=False))
@example(value=1 + 2.0**-8)
@example(value=1 + 3 * 2.0**-8)
def test_bfloat16_is_float32_cut_with_ties_to_even(value: float) -> None:
    word = BFLOAT16.round(Fraction(value))
    near = BFLOAT16.value(word)
    for neighbour in (word - 1, word + 1):
        if 0 < neighbour & 0x7FFF < BFLOAT16.infinity and word & 0x7FFF:
            gap, other = abs(near - Fraction(value)), abs(BFLOAT16.value(neighbour) - Fraction(value))
            assert gap < other or (gap == other and word % 2 == 0)


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
@given(data=st.data())
def test_words_and_values_are_inverse(form: Format, data: st.DataObject) -> None:
    word = data.draw(st.integers(0, form.infinity - 1)) | data.draw(st.booleans()) << (form.bits - 1)
    value = form.value(word)
    assert form.round(value) == (word if value else 0)
    decoded = form.decode(np.array([word], dtype=form.word_dtype))
    assert Fraction(float(decoded[0])) == value
    assert form.encode(decoded)[0] == word


def test_not_finite() -> None:
    assert not FLOAT32.is_finite(FLOAT32.infinity)
    with pytest.raises(ValueError, match="not finite"):
        FLOAT32.value(FLOAT32.nan)
    assert np.isnan(FLOAT16.decode(np.array([FLOAT16.nan], dtype=np.uint16)))[0]


# --- enclosures ----------------------------------------------------------------------------------------------------

EXPRESSIONS = [
    sp.sin(X),
    sp.cos(X),
    sp.exp(X / 2**21),
    sp.log(2 + X**2),
    sp.sqrt(3 + X**2),
    (2 + X**2) ** sp.Rational(-7, 16),
    sp.pi * X,
    sp.cos(X * 10 ** sp.Rational(-1, 3)) * X - sp.sin(X),
    abs(sp.sin(X)),
    sp.E * X,
    sp.tanh(X / 64),
    sp.tanh(1 / (2 + X**2)),
]


def escapes(engine: type[Engine], precision: int, values: list[Fraction]) -> Iterator[str]:
    """Enclosures that do not contain an independent evaluation at much higher precision."""
    functions = [sp.lambdify(X, expr, modules="mpmath") for expr in EXPRESSIONS]
    for value in values:
        with engine(precision) as at:
            numbers = Program(EXPRESSIONS, [X])(at, [value])
            for expr, function, number in zip(EXPRESSIONS, functions, numbers, strict=True):
                low, high = (
                    (number, number)
                    if isinstance(number, Fraction)
                    else [m * Fraction(2) ** e for m, e in at.bounds(number)]
                )
                with mpmath.workprec(precision + 200):
                    exact = function(mpmath.mpf(value.numerator) / value.denominator)
                    if not (
                        mpmath.mpf(low.numerator) / low.denominator
                        <= exact
                        <= mpmath.mpf(high.numerator) / high.denominator
                    ):
                        yield f"{expr} at {value}"


VALUES = [Fraction(n, d) for n in (-1, 1, 7, 2049, 131071, 2**40 + 1) for d in (1, 64)]


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize("precision", [64, 120])
def test_enclosures_contain_the_truth(engine: type[Engine], precision: int) -> None:
    assert list(escapes(engine, precision, VALUES)) == []


class Biased(Arb):
    """An engine whose cosine is off by a little and does not know it."""

    def apply(self, function: str, a: Any) -> Any:
        found = super().apply(function, a)
        return found + self.ball(Fraction(1, 2**40)) if function == "cos" else found


class Narrowed(Mpi):
    """An engine that forgets to round outwards."""

    def apply(self, function: str, a: Any) -> Any:
        low, _ = super().apply(function, a)
        return (low, low)


@pytest.mark.parametrize("engine", [Biased, Narrowed])
def test_a_biased_enclosure_is_noticed(engine: type[Engine]) -> None:
    assert list(escapes(engine, 80, VALUES))


@given(p=far, i=st.integers(0, 7), base=bases, form=st.sampled_from(ALL))
@example(p=2**53, i=1, base=10_000.0, form=FLOAT64)
@example(p=0, i=3, base=10_000.0, form=BFLOAT16)
def test_both_engines_give_the_same_bits(p: int, i: int, base: float, form: Format) -> None:
    program = Program([sp.cos(X * omega(i, 16, base)), sp.sin(X * omega(i, 16, base)), omega(i, 16, base)], [X])
    assert words(program, [Fraction(p)], form, Arb) == words(program, [Fraction(p)], form, Mpi)


@given(n=far, d=st.integers(1, 64), form=st.sampled_from(ALL))
@example(n=1, d=60, form=FLOAT64)
@example(n=-3, d=1, form=FLOAT64)
def test_tanh_has_the_same_bits_from_both_engines(n: int, d: int, form: Format) -> None:
    """From tiny arguments, where it is nearly its argument, to 64, where it is nearly 1."""
    value = Fraction(n, 2 ** (47 + d)) if d != 1 else Fraction(n % 64, 1)
    program = Program([sp.tanh(X)], [X])
    (word,) = words(program, [value], form, Arb)
    assert [word] == words(program, [value], form, Mpi)
    with mpmath.workprec(400):
        exact = mpmath.tanh(mpmath.mpf(value.numerator) / value.denominator)
        away = abs(mpmath.mpf(float(form.decode(np.array([word], dtype=form.word_dtype))[0])) - exact)
        assert away <= max(abs(exact) * mpmath.mpf(2) ** -form.precision, mpmath.mpf(2) ** (form.lowest))


@given(p=far, i=st.integers(0, 31), dim=st.sampled_from([4, 6, 64, 80, 128]))
@example(p=2**53 - 1, i=31, dim=128)
def test_positions_up_to_2_53_are_right(p: int, i: int, dim: int) -> None:
    i %= dim // 2
    (word,) = words(Program([sp.cos(X * omega(i, dim))], [X]), [Fraction(p)], FLOAT64)
    with mpmath.workprec(400):
        exact = mpmath.cos(p * mpmath.mpf(10_000) ** (-mpmath.mpf(2 * i) / dim))
        found = mpmath.mpf(float(FLOAT64.decode(np.array([word], dtype=np.uint64))[0]))
        assert abs(found - exact) <= mpmath.mpf(2) ** -54


# --- exact and undecided cases -------------------------------------------------------------------------------------


def test_exact_results_are_recognised() -> None:
    exprs = [
        sp.cos(X),
        sp.exp(X),
        sp.log(1 + X),
        10_000 ** sp.Rational(-1, 2) + X,
        X * sp.sin(sp.Integer(1)),
        sp.pi * X,
        sp.tanh(X),
    ]
    with Arb(64) as at:
        assert Program(exprs, [X])(at, [Fraction(0)]) == [1, 1, 0, Fraction(1, 100), 0, 0, 0]


def test_a_held_expression_is_computed_once() -> None:
    """A formula that feeds on its own results twice, forty times over: written out it had 2⁴⁰ parts."""
    held: sp.Expr = X
    for _ in range(40):
        held = Held((held + held * held) / 2)
    program = Program([held], [X])
    assert len(program._steps) <= 40 * 6
    value = Fraction(1, 3)
    with Arb(200) as at:
        (found,) = program(at, [Fraction(1)])
        assert found == 1  # (1 + 1)/2, all the way
    short = Program([Held(Held(X * X) + sp.cos(Held(X * X)))], [X])
    assert words(short, [value], FLOAT64) == words(Program([X**2 + sp.cos(X**2)], [X]), [value], FLOAT64)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_ties_are_decided_exactly(engine: type[Engine]) -> None:
    tie = 1 + sp.Rational(1, 2**24)  # half way between two float32 numbers
    assert words(Program([tie, tie + sp.Rational(1, 2**99), 3 * tie - 2], []), [], FLOAT32, engine) == [
        FLOAT32.round(Fraction(1)),
        FLOAT32.round(Fraction(1)) + 1,
        FLOAT32.round(1 + Fraction(2, 2**23)),
    ]


def test_a_hidden_tie_is_an_error_not_a_guess() -> None:
    hidden = sp.Mul(sp.sin(X), sp.sin(X)) + sp.Mul(sp.cos(X), sp.cos(X)) + sp.Rational(1, 2**24)
    with pytest.raises(ArithmeticError, match="undecided at 16384 bits"):
        words(Program([hidden], [X]), [Fraction(1)], FLOAT32)


def test_overflow_is_an_error() -> None:
    program = Program([X * sp.pi], [X])
    assert words(program, [Fraction(60_000)], FLOAT16) == [FLOAT16.infinity]
    with pytest.raises(OverflowError, match="float16"):
        words(program, [Fraction(60_000)], FLOAT16, refuse_overflow=True)
    request = Request(
        "alibi.bias", "alibi/press", {"num_heads": 1, "n_q": 1, "n_k": 9, "use": "causal", "max_bias": 1e-9}, FLOAT16
    )
    assert golden(request)["bias"].shape == (1, 1, 9)
    far_away = Request("alibi.bias", "alibi/press", {**request.params, "n_k": 70_000}, FLOAT16)
    with pytest.raises(OverflowError, match="float16"):
        golden(far_away)


def test_unknown_functions_are_refused() -> None:
    with pytest.raises(TypeError, match="cannot evaluate"):
        Program([sp.gamma(X)], [X])
    with pytest.raises(TypeError, match="cannot evaluate"):
        Program([X + sp.Symbol("y")], [X])


def test_abs_of_an_undecided_sign_is_undecided() -> None:
    with Arb(20) as at, pytest.raises(Undecided):
        Program([abs(sp.sin(X) - sp.sin(X + sp.Rational(1, 2**60)))], [X])(at, [Fraction(1)])


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda e: e.name)
def test_the_largest_and_the_smallest(engine: type[Engine]) -> None:
    three = [sp.sqrt(2), sp.Rational(141, 100), X]
    program = Program([sp.Max(*three, evaluate=False), sp.Min(*three, evaluate=False)], [X])
    for value, largest, smallest in ((1, math.sqrt(2), 1), (2, 2, 1.41)):
        found = FLOAT64.decode(np.array(words(program, [Fraction(value)], FLOAT64, engine), dtype=np.uint64))
        assert found.tolist() == [largest, smallest]
    hidden = sp.Max(sp.sin(1) ** 2 + sp.cos(1) ** 2, 1, evaluate=False)
    with engine(100) as at, pytest.raises(Undecided):
        Program([hidden], [])(at, [])
    assert math.isnan(Program([sp.Max(X, sp.oo, evaluate=False)], [X])(engine(60), [Fraction(1)])[0])


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda e: e.name)
def test_floor_and_ceiling(engine: type[Engine]) -> None:
    program = Program([sp.floor(X), sp.ceiling(X), sp.floor(sp.sqrt(2) * X), sp.ceiling(sp.sqrt(2) * X)], [X])
    for value, found in ((3, [3, 3, 4, 5]), (-1, [-1, -1, -2, -1]), (Fraction(7, 2), [3, 4, 4, 5]), (0, [0] * 4)):
        assert words(program, [Fraction(value)], INT64, engine) == found
    hidden = sp.floor(sp.sin(X) ** 2 + sp.cos(X) ** 2, evaluate=False)
    with engine(100) as at, pytest.raises(Undecided):
        Program([hidden], [X])(at, [Fraction(1)])
    with engine(100) as at:
        assert math.isnan(Program([sp.floor(X + sp.oo, evaluate=False)], [X])(at, [Fraction(1)])[0])


def test_integers_are_exact_or_nothing() -> None:
    assert words(Program([X + 3], [X]), [Fraction(-(2**60))], INT64) == [3 - 2**60]
    for expr in (X / 2, sp.sqrt(2), X + 2**63):
        with pytest.raises(ArithmeticError, match="integer"):
            words(Program([expr], [X]), [Fraction(1)], INT64)


def test_shapes_may_depend_on_the_numbers_of_an_input() -> None:
    mrope = family("mrope")
    params = {"spatial_merge_size": 1, "tokens_per_second": 1.0}

    def tokens(*segments: list[int]) -> int:
        inputs = {"segments": np.array(segments), "seconds_per_grid": np.ones(len(segments))}
        found = evaluate(mrope.OPERATIONS["position_ids"], mrope.CONVENTIONS["mrope/chunked"], params, inputs)
        return int(found["position_ids"].shape[1])

    assert [tokens([0, count, 1, 1]) for count in (2, 5, 2)] == [2, 5, 2]


def test_a_core_axis_may_stand_first_and_rows_may_be_missing() -> None:
    mrope = family("mrope")
    params = {"rotary_dim": 8, "base": 10_000.0}
    for shape in ((3, 2, 4), (3, 0)):
        inputs = {"positions": np.zeros(shape, dtype=np.int64), "mrope_section": np.array([2, 1, 1])}
        found = evaluate(mrope.OPERATIONS["table"], mrope.CONVENTIONS["mrope/chunked"], params, inputs)
        assert found["cos"].shape == (*shape[1:], 4)


def test_rounded_nodes_compute_in_short_precision() -> None:
    exprs = [Rounded(X, "bfloat16"), Rounded(Rounded(X, "float16") * sp.sqrt(2), "float16"), Rounded(X, "float32")]
    found = enclosures(Program(exprs, [X]), [Fraction(2049)], 20)
    assert [low for low, _ in found] == [2048, Fraction(float(np.float16(2048 * 2**0.5))), 2049]
    overflowed = words(Program([sp.cos(Rounded(X, "float16"))], [X]), [Fraction(70_000)], FLOAT64)
    assert overflowed == [FLOAT64.nan]


# --- tables --------------------------------------------------------------------------------------------------------

SHORTER = [FLOAT32, FLOAT16, BFLOAT16]
KERNELS = ["numpy", "numba"]


@pytest.fixture(params=KERNELS)
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test below runs with either kernel."""
    if request.param == "numba":
        pytest.importorskip("numba")
    monkeypatch.setattr(compiled, "ready", lambda entries: request.param == "numba")
    return str(request.param)


def slow(frequencies: list[Any], positions: Any, form: Format, scale: Any = 1) -> tuple[Any, Any]:
    """Every entry from an enclosure of its own."""
    waves = Waves(frequencies, scale)
    pairs = [[waves.words(i, Fraction(p), form) for i in range(len(frequencies))] for p in positions]
    words = np.array(pairs, dtype=form.word_dtype).reshape(len(positions), len(frequencies), 2)
    return words[..., 0], words[..., 1]


def assert_same(fast: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    for one, two in zip(fast, other, strict=True):
        assert (one == two).all()


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
@pytest.mark.parametrize("start", [-300, 0, 2**24 - 100, 2**53 - 700])
def test_anchored_tables_equal_enclosures(kernel: str, form: Format, start: int) -> None:
    frequencies, positions = [omega(i, 128) for i in (0, 1, 40, 63)], range(start, start + 600)
    assert_same(rotations(frequencies, positions, form), slow(frequencies, positions, form))


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
@pytest.mark.parametrize("positions", [range(7, 5000, 9), range(3), range(0), range(900, -900, -3)], ids=str)
def test_steps_and_short_ranges(kernel: str, form: Format, positions: range) -> None:
    assert_same(rotations([omega(1, 8)], positions, form), slow([omega(1, 8)], positions, form))


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
def test_listed_positions(kernel: str, form: Format) -> None:
    """Sparse, unordered, repeated, fractional, negative, far apart: whatever is exact."""
    rng = np.random.default_rng(3)
    lists: list[Any] = [
        rng.integers(-(2**19), 2**20, 300),
        [Fraction(int(n), 12) for n in rng.integers(0, 5000, 200)],
        [Fraction(7)] * 60,
        [Fraction(0), Fraction(1), Fraction(2**53), *(Fraction(n, 3) for n in range(60))],
        [Fraction(10) ** -k for k in range(50)],
    ]
    frequencies = [omega(i, 80) for i in (0, 7, 39)]
    for positions in lists:
        exact = [Fraction(int(p)) if isinstance(p, np.integer) else p for p in positions]
        assert_same(rotations(frequencies, positions, form), slow(frequencies, exact, form))


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
@pytest.mark.parametrize("scale", [sp.log(16) / 10 + 1, sp.Rational(1, 3), sp.Integer(3), sp.sqrt(2) * 5], ids=str)
def test_scaled_tables_are_rounded_once(kernel: str, form: Format, scale: Any) -> None:
    frequencies, positions = [omega(i, 64) for i in (0, 3, 31)], range(100_000, 100_300)
    assert_same(rotations(frequencies, positions, form, scale=scale), slow(frequencies, positions, form, scale))


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
def test_the_callers_array_is_filled(kernel: str, form: Format) -> None:
    frequencies = [omega(i, 8) for i in range(4)]
    table = np.zeros((500, 8), dtype=form.word_dtype)
    out = (table[:, 1::2], table[:, 0::2])
    found = rotations(frequencies, range(500), form, out=out)
    assert found[0].base is table
    assert_same(out, rotations(frequencies, range(500), form))
    with pytest.raises(ValueError, match="needs"):
        rotations(frequencies, range(499), form, out=out)


@pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
def test_threads_and_divisions_change_nothing(kernel: str, form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    frequencies = [omega(i, 8) for i in range(4)]
    whole = rotations(frequencies, range(5000), form)
    monkeypatch.setattr(tables, "CHUNK", 700)
    assert_same(whole, rotations(frequencies, range(5000), form, jobs=2))
    parts = [rotations(frequencies, range(a, a + 1000), form) for a in range(0, 5000, 1000)]
    assert_same(whole, (np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])))


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_tables_do_not_depend_on_the_engine(engine: type[Engine]) -> None:
    frequencies = [omega(i, 96) for i in (0, 17, 47)]
    for form in ALL:
        one = rotations(frequencies, range(131072 - 400, 131072), form, engine)
        assert_same(one, rotations(frequencies, range(131072 - 400, 131072), form))


DIGEST = "5d560414f10a8eabfc63731fde5204fd826c7e6cf6b131ab063e01df2bbddc16"
LONG_DIGEST = "81ee7afe10789d6501bd65e2aa70ca22a0c28ee6e0f775140d217dde5c526813"
LLAMA_2 = "from posenc.truth.golden import *; from posenc.truth.formats import FLOAT32, FLOAT64; import hashlib\n"
LLAMA_2 += "r = Request('rope.table', 'rope/halves', {'rotary_dim': 128, 'base': 10000.0}, FLOAT32, range(131072))\n"
LLAMA_2 += (
    "print(digest(golden(r)), digest(golden(Request(r.operation, r.convention, r.params, FLOAT64, range(8192)))))"
)


@pytest.mark.parametrize("switched_off", ["", "AVX2 FMA3 AVX512F AVX512_SKX", "X86_V3 X86_V4"])
def test_the_bytes_depend_on_no_cpu_feature(switched_off: str) -> None:
    """The whole table of Llama 2 in float32, and 8192 positions in float64: one digest on every machine."""
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": switched_off}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LLAMA_2], env=environment, capture_output=True, text=True, check=False
    )
    if "not allowed" in run.stderr or "not recognized" in run.stderr or "cannot disable" in run.stderr.lower():
        pytest.skip("this NumPy does not know these names")
    assert run.stdout.split() == [DIGEST, LONG_DIGEST], run.stderr


def test_memory_beside_the_output_is_bounded(kernel: str) -> None:
    frequencies, positions = [omega(i, 128) for i in range(64)], range(2**18)
    out = tuple(np.empty((len(positions), 64), dtype=np.uint32) for _ in range(2))
    rotations(frequencies, range(1000), FLOAT32)
    tracemalloc.start()
    rotations(frequencies, positions, FLOAT32, out=out)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 2**20


def test_progress_is_told() -> None:
    told: list[float] = []
    rotations([omega(0, 2)], range(tables.CHUNK + 1), FLOAT32, progress=told.append)
    assert told[-1] == 1.0
    assert len(told) == 2
    assert told == sorted(told)


# --- the claims about the tables, as properties ----------------------------------------------------------------------

PAPER = script("truth").PAPER


def test_the_kernels_use_the_proven_bounds() -> None:
    assert Fraction(kernels.SHORT_ERROR) == Fraction(int(PAPER.short_error * 2**54), 2**54)
    assert Fraction(kernels.LONG_ERROR) == Fraction(int(PAPER.long_error * 2**80), 2**80)
    assert Fraction(doubledouble.ERROR) == Fraction(int(PAPER.product * 2**110), 2**110)
    assert max(tables.NEAR, tables.CHUNK // tables.NEAR, math.isqrt(tables.DENSE) + 1) <= 2**PAPER.doublings + 1


def test_addition() -> None:
    waves = Waves([omega(3, 16)])
    far, near = (waves.anchors(Fraction(p), scaled=False) for p in (70_000, 123))
    both = waves.anchors(Fraction(70_123), scaled=False)
    found = doubledouble.product(far, near)
    for one, other in zip(found[::2], both[::2], strict=True):
        assert abs(one - other) <= 2.0**-53


def strays(form: Format, count: int = 3000) -> float:
    """The largest error of the products before they are rounded, in units of 2^−54 or, for float64, of 2^−80."""
    worst = Fraction(0)
    for i in (0, 1, 9, 30):
        waves = Waves([omega(i, 64)])
        exact = Program([sp.cos(X * omega(i, 64)), sp.sin(X * omega(i, 64))], [X])
        near = doubledouble.powers(waves.anchors(Fraction(1), scaled=False), count)
        far = waves.anchors(Fraction(10**6), scaled=True)
        one, other = (kernels.anchors(z, form) for z in (far, near))
        if form is FLOAT64:
            sums = kernels._exact_products(one, other)  # type: ignore[arg-type]
            pairs = [[part.ravel() for part in pair] for pair in sums]
            entries = [[Fraction(float(h)) + Fraction(float(w)) for h, w in zip(*p, strict=True)] for p in pairs]
        else:
            c, s, C, S = one[0], one[1], other[0], other[1]
            entries = [[Fraction(float(y)) for y in part.ravel()] for part in (c * C - s * S, s * C + c * S)]
        for b in range(0, count, 7):
            bounds = enclosures(exact, [Fraction(10**6 + b)], 40)
            for (low, high), entry in zip(bounds, (part[b] for part in entries), strict=True):
                worst = max(worst, abs((low + high) / 2 - entry))
    return float(worst * 2 ** (80 if form is FLOAT64 else 54))


def test_short() -> None:
    """From both sides: the largest error seen is within the proven 6.83 u' and not far below it."""
    assert 2 < strays(FLOAT32) < 6.83


def test_long() -> None:
    assert 1 < strays(FLOAT64) < 2**6


@given(value=st.floats(-1, 1, allow_nan=False))
def test_split(value: float) -> None:
    high, low = doubledouble.split(np.array(value))
    assert Fraction(float(high)) + Fraction(float(low)) == Fraction(value)
    assert math.frexp(float(high))[0] * 2**26 % 1 == 0
    if abs(value) >= 0.5:
        assert abs(low) <= 2.0**-27


UNIT = st.floats(0, 7, allow_nan=False)


@given(one=UNIT, other=UNIT)
def test_product(one: float, other: float) -> None:
    waves = Waves([sp.Integer(1)])
    factors = [waves.anchors(Fraction(angle), scaled=False) for angle in (one, other)]
    a, b = ([Fraction(float(z[k][0])) + Fraction(float(z[k + 1][0])) for k in (0, 2)] for z in factors)
    found = doubledouble.product(*factors)
    real, imaginary = (Fraction(float(found[k][0])) + Fraction(float(found[k + 1][0])) for k in (0, 2))
    gap = (real - (a[0] * b[0] - a[1] * b[1])) ** 2 + (imaginary - (a[0] * b[1] + a[1] * b[0])) ** 2
    assert gap < Fraction(doubledouble.ERROR) ** 2


@given(i=st.integers(0, 31))
def test_doubling(i: int) -> None:
    waves = Waves([omega(i, 64)])
    powers = doubledouble.powers(waves.anchors(Fraction(1), scaled=False), 2049)
    for k in (1, 2, 511, 1023, 2047, 2048):
        exact = enclosures(Program([sp.cos(k * omega(i, 64)), sp.sin(k * omega(i, 64))], []), [], 40)
        for part, (low, _) in zip((0, 2), exact, strict=True):
            found = Fraction(float(powers[part][k, 0])) + Fraction(float(powers[part + 1][k, 0]))
            assert abs(found - low) < Fraction(1, 2**84)


def boundaries(form: Format) -> tuple[Any, Any]:
    """Where rounding changes: the middles between neighbours of the format, as float64, and the lower neighbours."""
    lower = np.arange(form.round(Fraction(1, 3)), form.round(Fraction(1, 3)) + 50, dtype=form.word_dtype)
    ends = [form.decode(words).astype(np.float64) for words in (lower, lower + form.word_dtype.type(1))]
    return (ends[0] + ends[1]) / 2, lower


def settled_wrongly(form: Format, error: float) -> int:
    """Entries near a boundary, off by what the products may be off, that are called decided on the wrong side."""
    middles, lower = boundaries(form)
    words, open_ = kernels.decide(middles + 6.8 * 2.0**-54, form, error)  # the truth is a hair below the middle
    return int(((words != lower) & ~open_).sum())


@pytest.mark.parametrize("form", SHORTER, ids=lambda f: f.name)
def test_monotone(form: Format) -> None:
    """A bound a thousand times too small calls entries decided on the wrong side of a boundary; the proven one none."""
    assert settled_wrongly(form, kernels.SHORT_ERROR) == 0
    assert settled_wrongly(form, kernels.SHORT_ERROR / 1000) == 50


def test_a_long_bound_too_small_is_noticed() -> None:
    high = np.full(50, 1 / 3)
    half = np.spacing(high) / 2
    for error, wrong in ((kernels.LONG_ERROR, 0), (kernels.LONG_ERROR / 1000, 50)):
        words, open_ = kernels._long(high, half + 2.0**-76, error)  # the truth is a hair below the middle
        assert ((words != high.view(np.uint64)) & ~open_).sum() == wrong


@pytest.mark.parametrize("form", SHORTER, ids=lambda f: f.name)
def test_entries_near_zero_and_powers_of_two(kernel: str, form: Format) -> None:
    """Where one unit in the last place is another on either side, and where nothing is decided."""
    edges = [0.0, 2.0**-60, -(2.0**-60), 2.0**-30, 2.0**-14, 0.25, 0.5, 1 - 2.0**-53, 1.0]
    values = np.array(
        edges + [-v for v in edges] + [np.nextafter(v, 2) for v in edges] + [np.nextafter(v, -2) for v in edges]
    )
    one = kernels.Short(np.ones((1, 1)), np.zeros((1, 1)))
    near = kernels.Short(values[:, None], np.zeros((len(values), 1)))
    if kernel == "numba":
        cosines, sines = (np.empty((len(values), 1), dtype=form.word_dtype) for _ in range(2))
        open_ = compiled.fill(one, near, form, 1.0, cosines, sines)
    else:
        cosines, _, open_ = kernels.combine(one, near, form, 1.0)
        open_ = open_[:, 0]
    for value, word, undecided in zip(values, cosines[:, 0], open_, strict=True):
        ends = {form.round(Fraction(float(value)) + Fraction(kernels.SHORT_ERROR) * side) for side in (-1, 1)}
        assert undecided or ends == {int(word)}
        assert len(ends) == 1 or undecided


@pytest.mark.parametrize("form", SHORTER, ids=lambda f: f.name)
@given(value=st.floats(-1, 1, allow_nan=False).filter(lambda v: abs(v) > 2.0**-50 or v == 0))
def test_narrow_rounds_like_the_rational(form: Format, value: float) -> None:
    found = int(kernels.narrow(np.array([value]), form)[0])
    assert found << 1 & (2**form.bits - 1) == form.round(Fraction(value)) << 1 & (2**form.bits - 1)


# --- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [64, 80, 96, 128])
@pytest.mark.parametrize("base", [1e4, 5e5, 1e6])
def test_unit_is_flat(dim: int, base: float) -> None:
    """From both sides: an honest float32 pipeline needs some of the bound at every scale of positions, never more."""
    exponents = np.arange(0, dim, 2, dtype=np.float32) / np.float32(dim)
    frequencies = np.float32(1) / np.float32(base) ** exponents
    operation, params = family("rope").OPERATIONS["table"], {"rotary_dim": dim, "base": base}
    for positions in ([1, 2, 3, 5], [257, 2049, 4097], [65537, 131071], [1048575, 999983]):
        angles = np.array(positions, dtype=np.float32)[:, np.newaxis] * frequencies
        right = evaluate(operation, ROPE, params, {"positions": np.array(positions)})
        scale = unit("rope.table", "rope/interleaved", params, "float32", positions=positions)["cos"]
        worst = max(
            float((np.abs(np.asarray(function(angles), dtype=np.float64) - FLOAT64.decode(right[name])) / scale).max())
            for name, function in (("cos", np.cos), ("sin", np.sin))
        )
        assert 0.2 <= worst <= GRADES["A"]
