"""The second checker: what is true passes, whatever is changed is refused, and SymPy is not asked."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path
from typing import Any

import jsonschema
import mpmath
import pytest
import sympy as sp

from posenc import spec
from posenc.checking import check, digest, read, recheck
from posenc.checking.algebra import Refused
from posenc.checking.intervals import Undecided, rounded
from posenc.checking.rules import BITS
from posenc.checking.values import Values
from posenc.definitions import Rounded
from posenc.proving import cosine_integral_gap, cosine_sums, modulus_sums, require_zero, trust
from posenc.proving.certificate import Nodes, book, certificate, written
from posenc.proving.record import Step, recording
from posenc.proving.runner import audit, script
from posenc.truth.formats import FORMATS
from test_proving import IDENTITIES

ROOT = Path(__file__).parents[1]
Certificate = dict[str, Any]
ENTRY = {"says": "x", "domain": "y", "verdict": "proved"}
LAURENT, IDEAL, COEFFICIENTS = "rope.group", "rope.norm", "rope_derivation.whole"
EXACT, ENCLOSURE, NONZERO, SUMS = "t5.anchor", "kerple.definite", "rope.symmetric", "rope_decay.larger_base"


@cache
def _certified(claim: str) -> str:
    (outcome,) = audit([claim], certified=True)
    return json.dumps(outcome.certificate)


def certified(claim: str) -> Certificate:
    """A fresh copy of a claim's certificate, as it comes from a file."""
    found: Certificate = json.loads(_certified(claim))
    return found


def sealed(found: Certificate) -> Certificate:
    """With the digest of what it says now, as a forger would."""
    return {**found, "digest": digest(found)}


def entry(claim: str) -> dict[str, Any]:
    """The row of the ledger."""
    family, _, name = claim.partition(".")
    row: dict[str, Any] = spec.claims(family)[name]
    return row


def one_step(**step: Any) -> Certificate:
    """A certificate of a single step, with the nodes handed in."""
    nodes = step.pop("nodes")
    return sealed({"claim": "a.b", **ENTRY, "steps": [{"statement": "s", **step}], "nodes": nodes})


def zero(expr: sp.Expr) -> Certificate:
    """A certificate that says an expression is zero, whether or not it is."""
    return certificate("a.b", ENTRY, [Step("laurent", "s", "", {"zero": [expr]})])


# --- what is true --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [LAURENT, IDEAL, ENCLOSURE, NONZERO, SUMS, EXACT])
def test_certificates_are_rechecked(claim: str) -> None:
    found = check(certified(claim), entry(claim))
    assert (found.refused, found.left) == ("", [])
    assert found.summary == ("as written" if claim == EXACT else "fully")


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
def test_identities_are_recomputed(identity: sp.Expr) -> None:
    found = check(zero(identity))
    assert (found.refused, found.states["recomputed"]) == ("", 1)


x, y = sp.symbols("x y", real=True)
a, b = sp.symbols("a b", positive=True)
u = sp.Symbol("u")
ROOTS = {
    "powers": b ** (x + 1) / b - (b**x),
    "logarithms": sp.log(a * b) - sp.log(a) - sp.log(b) + sp.exp(sp.log(b)) - b,
    "bases": sp.Integer(10) ** (-2 * x) * 100 - sp.Integer(10) ** (2 - 2 * x),
    "roots": sp.sqrt(6, evaluate=False) - sp.sqrt(2) * sp.sqrt(3, evaluate=False),
    "sums under a root": sp.Mul(sp.sqrt(x**2 + 1), sp.sqrt(x**2 + 1), evaluate=False) - x**2 - 1,
    "one over a root": 1 / sp.sqrt(x**2 + 1) - sp.sqrt(x**2 + 1) / (x**2 + 1),
    "primes": sp.Mul(sp.sqrt(2), sp.sqrt(2), evaluate=False) + 1 / sp.sqrt(2) - sp.sqrt(2) / 2 - 2,
    "products": (x + y) ** 2 - x**2 - 2 * x * y - y**2,
    "waves": sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
    "cancelled": sp.Mul(x + y, 1 / (x + y), evaluate=False) - 1,
    "half turns": sp.exp(sp.I * sp.pi * 3 / 2, evaluate=False) + sp.I,
    "fractions": 1 / (x + y) + 1 / (x - y) - 2 * x / ((x + y) * (x - y)),
    "denominators": 1 / (2 * x + 2) - 1 / (x + 1) / 2,
    "short names": sp.tanh(x) - sp.sinh(x) / sp.cosh(x) + sp.tan(y) * sp.cos(y) - sp.sin(y),
    "inverses": 1 / (1 / x + 1 / y) - x * y / (x + y),
}


@pytest.mark.parametrize("name", ROOTS)
def test_roots_and_fractions_are_recomputed(name: str) -> None:
    assert check(zero(ROOTS[name])).refused == ""


FALSE = {
    "a root of a square": sp.sqrt(x**2 + u) - sp.sqrt(x**2 + 2 * u),
    "a negative under a root": sp.sqrt(-u) - sp.sqrt(u),
    "a square of a complex number": sp.sqrt(u**2) - sp.sqrt(u),
    "a power": x**2 - x,
    "a square": sp.sqrt(u**2) - u,
    "a logarithm of complex numbers": sp.log(u * a) - sp.log(a) - sp.log(u),
    "a root of a turn": sp.sqrt(sp.exp(sp.I * x)) - sp.exp(sp.I * x / 2),
    "a root of i": sp.sqrt(sp.I) - 1,
    "another base": b**x - a**x,
    "another exponent": b**x - b ** (2 * x),
    "a wave of another sign": sp.sin(x) + sp.sin(-x, evaluate=False) + sp.sin(2 * x),
    "i": sp.I * sp.exp(sp.I * x) - sp.I * sp.cos(x) - sp.sin(x),
    "a half turn": sp.exp(sp.I * sp.pi * 3 / 2, evaluate=False) - sp.I,
    "another prime": sp.sqrt(2) ** 3 / 2 - 2 * sp.sqrt(2),
    "another denominator": 1 / (x + 1) + 1 / (x + 2) - 2 / (x + 1),
    "an unknown function": sp.Function("f")(x) - sp.Function("f")(y),
    "another function": sp.Function("f")(x) - sp.Function("g")(x),
    "names that are called the same": sp.Symbol("x", integer=True) - x,
    "names of another kind": sp.Symbol("x") - x,
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_refused(name: str) -> None:
    assert "is not zero" in check(zero(FALSE[name])).refused


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
@pytest.mark.parametrize("change", [sp.Rational(1, 10**30), sp.sin(x) / 10**30, sp.Symbol("w")])
def test_near_identities_are_refused(identity: sp.Expr, change: sp.Expr) -> None:
    assert "is not zero" in check(zero(identity + change)).refused


# --- what was changed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [LAURENT, "rope.orthogonal", "sinusoidal.norm", "attention.rows"])
def test_every_term_of_an_identity_matters(claim: str) -> None:
    whole = certified(claim)
    entries = [place for step in whole["steps"] for place in step.get("zero", ())]
    sums = [place for place in entries if whole["nodes"][place][0] == "+"]
    assert sums
    for place in sums:
        for part in whole["nodes"][place][1:]:
            found = copy.deepcopy(whole)
            found["nodes"][place].remove(part)
            assert "is not zero" in check(sealed(found)).refused, (place, part)


def _swap(found: Certificate, rule: str, name: str, change: Callable[[Any], Any]) -> None:
    step = next(step for step in found["steps"] if step["rule"] == rule and name in step)
    step[name] = change(step[name])


def _ends(at: int, end: int, change: Callable[[Fraction], Fraction]) -> Callable[[Any], Any]:
    def changed(ends: list[list[str]]) -> list[list[str]]:
        ends[at][end] = str(change(Fraction(ends[at][end])))
        return ends

    return changed


def _wider(value: Fraction) -> Fraction:
    return value + Fraction(1, 10**25)


FORGED: dict[str, tuple[str, str, str, Callable[[Any], Any], str]] = {
    "an entry for another": (LAURENT, "laurent", "zero", lambda ids: [ids[0] - 1], "is not zero"),
    "no entries": (LAURENT, "laurent", "zero", lambda ids: [], "no entries"),
    "a node that is not there": (LAURENT, "laurent", "zero", lambda ids: [10**6], "there is no node"),
    "a negative node": (LAURENT, "laurent", "zero", lambda ids: [-1], "there is no node"),
    "a member for a cofactor": (IDEAL, "ideal", "cofactors", lambda ids: [0], "leave something over"),
    "a cofactor too few": (IDEAL, "ideal", "cofactors", lambda ids: [], "too few cofactors"),
    "another relation": (IDEAL, "ideal", "relations", lambda ids: [1], "leave something over"),
    "another member": (IDEAL, "ideal", "members", lambda ids: [ids[0] - 1], "leave something over"),
    "a sign of a step": (IDEAL, "coefficients", "sign", lambda _: "odd", "parity"),
    "strictly": (IDEAL, "coefficients", "sign", lambda _: ">", "no positive constant"),
    "a sign that is none": (IDEAL, "coefficients", "sign", lambda _: "<", "below zero"),
    "fewer names": (IDEAL, "coefficients", "names", lambda _: [], "none of the names"),
    "ends too high": (ENCLOSURE, "enclosure", "ends", lambda e: [e[0], [str(_wider(Fraction(v))) for v in e[1]]], "not between"),
    "ends that meet": (ENCLOSURE, "enclosure", "ends", lambda e: [[e[0][0], e[1][0]], e[1]], "not in this order"),
    "ends exchanged": (ENCLOSURE, "enclosure", "ends", lambda e: [e[0], e[1][::-1]], "wrong order"),
    "sides exchanged": (ENCLOSURE, "enclosure", "ends", lambda e: e[::-1], "not in this order"),
    "a low end below": (ENCLOSURE, "enclosure", "ends", _ends(0, 0, lambda v: v + 1), "wrong order"),
    "around zero": (NONZERO, "enclosure", "ends", lambda _: [["-1", "1"]], "0 lies between"),
    "another value": (NONZERO, "enclosure", "ends", lambda _: [["5", "6"]], "not between"),
    "another sum": (SUMS, "enclosure", "less", lambda ids: ids[::-1], "not between"),
    "cases exchanged": (SUMS, "exact", "compared", lambda c: [c[0][::-1], *c[1:]], "is not found to be below"),
    "a case dropped": (SUMS, "exact", "compared", lambda c: c[1:], "too few"),
    "no cases": (SUMS, "exact", "cases", lambda _: 0, "no cases"),
    "another side": (EXACT, "exact", "equal", lambda ids: [ids[0], 0], "differ"),
    "a number of no form": (NONZERO, "enclosure", "ends", lambda _: [["1e3", "2000"]], "no rational number"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_whatever_is_changed_is_refused(name: str) -> None:
    claim, rule, key, change, said = FORGED[name]
    found = certified(claim)
    _swap(found, rule, key, change)
    assert "digest" in check(found, entry(claim)).refused
    assert said in check(sealed(found), entry(claim)).refused


def test_what_is_not_in_form_is_refused() -> None:
    loop = one_step(rule="laurent", zero=[0], nodes=[["+", 1], "0"])
    assert "does not stand before it" in check(loop).refused
    assert "no rule 'guess'" in check(one_step(rule="guess", zero=[0], nodes=["0"])).refused
    assert "not in the form" in check(one_step(rule="laurent", cero=[0], nodes=["0"])).refused
    assert "something to check" in check(one_step(rule="trusted", zero=[0], nodes=["0"])).refused
    assert "no step decides" in check(one_step(rule="trusted", nodes=[])).refused
    assert "a division by zero" in check(one_step(rule="laurent", zero=[2], nodes=["0", "-1", ["^", 0, 1]])).refused
    assert "not in the form" in check(one_step(rule="laurent", zero=[0], nodes=[["cos"]])).refused
    below = one_step(
        rule="coefficients", polynomial=2, names=["n"], sign="≥", nodes=[["name", "n", "real"], "-1", ["*", 0, 1]]
    )
    assert "below zero" in check(below).refused
    two = {
        "rule": "ideal",
        "members": [2, 3],
        "relations": [0],
        "nodes": [["name", "n", "real"], "2", ["*", 0, 1], ["*", 0, 0]],
    }
    assert check(one_step(cofactors=[1, 0], **two)).refused == ""
    assert "leave something over" in check(one_step(cofactors=[1, 1], **two)).refused
    half = one_step(
        rule="coefficients", polynomial=2, names=["n"], sign="≥", nodes=[["name", "n", "real"], "1/2", ["^", 0, 1]]
    )
    assert "no natural number" in check(half).refused


@pytest.mark.parametrize("name", ["statement", "domain", "says", "verdict", "dropped", "swapped"])
def test_words_are_bound(name: str) -> None:
    found = certified(IDEAL)
    if name == "statement":
        found["steps"][0]["statement"] += "!"
    elif name == "dropped":
        del found["steps"][-1]
    elif name == "swapped":
        found["claim"] = LAURENT
        assert "other words" in check(sealed(found), entry(LAURENT)).refused
    else:
        found[name] = "refuted" if name == "verdict" else "something else"
        assert "other words" in check(sealed(found), entry(IDEAL)).refused
    assert "digest" in check(found, entry(IDEAL)).refused


def test_what_cannot_be_rechecked_is_counted() -> None:
    """Enumerations of what a program found; end points without what they enclose; steps of which nothing was kept."""
    for step, state in (
        ({"rule": "exact", "cases": 3, "compared": []}, "not rechecked"),
        ({"rule": "enclosure", "less": [None, None], "ends": [["0", "1"], ["2", "3"]]}, "end points only"),
        ({"rule": "enclosure", "nonzero": [0], "ends": [["1", "2"]]}, "end points only"),
        ({"rule": "laurent"}, "not rechecked"),
    ):
        found = check(one_step(nodes=[["name", "n", "real"]], **step))
        assert (found.refused, found.states[state], len(found.left)) == ("", 1, 1)
        assert found.summary == "not rechecked"


def test_overlapping_cases_are_refused() -> None:
    """e lies below 3, and is not found to lie below itself, however many bits are spent."""
    nodes = ["1", ["exp", 0], "3"]
    assert check(one_step(rule="exact", cases=1, compared=[[1, 2]], nodes=nodes)).refused == ""
    assert "not found to be below" in check(one_step(rule="exact", cases=1, compared=[[1, 1]], nodes=nodes)).refused


def test_what_is_too_long_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posenc.checking.algebra.MOST", 10)
    found = check(certified(LAURENT))
    assert found.left == [("R(m) R(n) = R(m + n)", "more than 10 products of terms")]


@pytest.mark.parametrize("mistake", ["alibi/reward", "alibi/top-left"])
def test_a_wrong_definition_has_no_certificate(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("alibi")
    wrong = module.WRONG[mistake](module.PAPER)
    for name, function in list(vars(module).items()):
        if name.startswith(("prove_", "refute_")):
            monkeypatch.setattr(function, "__defaults__", (wrong,))
    outcomes = list(audit(["alibi"], certified=True))
    broken = [outcome for outcome in outcomes if not outcome.holds]
    assert broken
    assert all(outcome.certificate is None for outcome in broken)
    assert all(outcome.certificate for outcome in outcomes if outcome.holds)


# --- values --------------------------------------------------------------------------------------------------------

ONE, TWO = sp.Integer(1), sp.Integer(2)
VALUES = {
    "cos": sp.cos(10**6),
    "sin": sp.sin(sp.Rational(-22, 7)),
    "near a turn": sp.sin(sp.Rational(710)),
    "exp": sp.exp(sp.Rational(-101, 2)),
    "large": sp.exp(sp.Rational(301, 7)),
    "log": sp.log(sp.Rational(1, 10**30)),
    "near one": sp.log(sp.Rational(10**6 + 1, 10**6)),
    "power": sp.Integer(10_000) ** sp.Rational(-7, 64),
    "root": sp.sqrt(2) ** -3,
    "pi": sp.pi**-2,
    "least": sp.Min(sp.sqrt(2), sp.exp(1), evaluate=False),
    "largest": sp.Max(sp.sqrt(2), sp.exp(1), evaluate=False),
    "size": sp.Abs(sp.cos(3), evaluate=False),
    "floor": sp.floor(sp.exp(3) - 21, evaluate=False),
    "ceiling": sp.ceiling(-sp.exp(3), evaluate=False),
    "nested": sp.exp(sp.cos(sp.log(7))) / (1 + sp.exp(-sp.sqrt(5))),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("bits", BITS[:2])
def test_values_enclose(name: str, bits: int) -> None:
    nodes = Nodes()
    place = nodes.put(VALUES[name])
    low, high = Values(nodes.nodes, bits).value(place)
    with mpmath.workdps(120):
        exact = Fraction(sp.Rational(str(sp.N(VALUES[name], 110))))
    assert low - Fraction(1, 10**90) <= exact <= high + Fraction(1, 10**90)
    assert high - low < Fraction(1, 2 ** (bits - 80))


def test_what_bits_do_not_decide_is_undecided() -> None:
    at = Values([], 128)
    long = Fraction(1, 3**100)
    assert at.outwards(long, long)[0] < long < at.outwards(long, long)[1]
    assert at.inverse((Fraction(2), Fraction(4))) == (Fraction(1, 4), Fraction(1, 2))
    with pytest.raises(Undecided):
        at.inverse((Fraction(-1), Fraction(1)))
    with pytest.raises(Undecided):
        at.log((Fraction(0), Fraction(1)))
    with pytest.raises(Undecided):
        at.whole((Fraction(0), Fraction(1)), floor)
    with pytest.raises(Undecided):
        at.round((Fraction(1), Fraction(2)), "float32")
    with pytest.raises(Refused):
        Values([["+", 3]], 128).value(0)


@pytest.mark.parametrize("form", ["float64", "float32", "float16", "bfloat16"])
def test_rounding_is_that_of_the_formats(form: str) -> None:
    near = FORMATS[form]
    for n in (1, 3, 7, 255, 257, 2049, 65537, 2**24 + 1, 2**53 + 1):
        for value in (Fraction(n), Fraction(-n, 3), Fraction(n, 2**20), Fraction(n, 1 << 140)):
            if abs(value) <= near.largest:
                assert rounded(value, form) == near.value(near.round(value)), value
    nodes = Nodes()
    place = nodes.put(Rounded(sp.log(2), form))
    low, high = Values(nodes.nodes, 128).value(place)
    assert low == high == rounded(Fraction(sp.Rational(str(sp.N(sp.log(2), 60)))), form)


@pytest.mark.parametrize("kind", ["cosines", "moduli"])
def test_sums_are_those_of_the_proofs(kind: str) -> None:
    frequencies = [ONE, sp.Rational(1, 100), 10 ** sp.Rational(-1, 3)]
    nodes, proven = Nodes(), (cosine_sums if kind == "cosines" else modulus_sums)(frequencies, 300)
    places = [nodes.put(one.meant()) for one in proven]
    at = Values(nodes.nodes, 256)
    for own, place in zip(proven, places, strict=True):
        low, high = at.value(place)
        assert own[0] <= low <= high <= own[1]


@pytest.mark.parametrize("x", [Fraction(1, 3), Fraction(100)])
def test_integrals_are_those_of_the_proofs(x: Fraction) -> None:
    nodes, own = Nodes(), cosine_integral_gap(x, Fraction(10_000))
    place = nodes.put(own.meant())
    low, high = Values(nodes.nodes, 256).value(place)
    assert own[0] <= low <= high <= own[1]


# --- books ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificates of a few ledgers."""
    folder = tmp_path_factory.mktemp("certificates")
    for ledger in ("attention", "kerple", "nope"):
        own = [outcome.certificate for outcome in audit([ledger], certified=True) if outcome.certificate]
        (folder / f"{ledger}.json").write_text(written(book(ledger, own)), encoding="utf-8")
    return folder


def test_certificates_fit_their_schema(shelf: Path) -> None:
    schema = json.loads((ROOT / "spec" / "schema" / "certificates.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for one in [
        *read(shelf),
        book("rope", [certified(c) for c in (IDEAL, NONZERO)]),
        book("rope_decay", [certified(SUMS)]),
    ]:
        validator.validate(one)


def test_the_checker_runs_where_nothing_is_installed(shelf: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('sympy', 'numpy', 'mpmath', 'flint'): sys.modules[name] = None\n"
        "from posenc.checking.__main__ import main\n"
        f"sys.exit(main([{str(shelf)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "fully" in done.stdout


def test_the_books_of_one_ledger() -> None:
    rows = spec.claims("kerple")
    whole = book("kerple", [certified(f"kerple.{claim}") for claim in rows])
    assert [one.refused for one in recheck(whole, rows)] == [""] * len(rows)
    missing = recheck({**whole, "claims": whole["claims"][1:]}, rows)
    assert [one.refused for one in missing if one.refused] == ["its certificate is missing"]
    twice = recheck({**whole, "claims": [*whole["claims"], whole["claims"][0]]}, rows)
    assert {one.refused for one in twice if one.refused} == {"there are two certificates of it"}
    strange = sealed({**whole["claims"][0], "claim": "kerple.strange"})
    assert "no such claim" in recheck({**whole, "claims": [strange]}, rows)[0].refused
    assert "no such claim" in recheck({**whole, "claims": [certified(IDEAL)]})[0].refused


def test_what_is_no_book_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no certificates"):
        read(tmp_path)
    path = tmp_path / "rope.json"
    for text, said in (
        ("{", "is no JSON"),
        ("[]", "of format 1"),
        ('{"format": 2, "ledger": "rope", "claims": []}', "of format 1"),
        ('{"format": 1, "ledger": "alibi", "claims": []}', "needs those of 'rope'"),
        ('{"format": 1, "ledger": "rope", "claims": [1]}', "needs those of 'rope'"),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match=said):
            read(tmp_path)


def test_steps_keep_what_they_decide() -> None:
    with recording() as steps:
        require_zero(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, "one")
        trust("somebody said so")
    found = check(certificate("a.b", ENTRY, steps))
    assert found.states == {"recomputed": 1, "trusted": 1}
