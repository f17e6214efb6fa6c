"""Mutants of the tools around the reference: each is noticed by the test that is there for it."""

from __future__ import annotations

import importlib
import inspect
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import pytest

from posenc.truth.engines import Arb
from test_expectations import EXACT, TODAY


class Mutant(NamedTuple):
    """A change of a module's source, and the test that must notice it: module, test, arguments."""

    module: str
    old: str
    new: str
    test: str
    arguments: tuple[Any, ...] = ()


WRONG_CELL = ("one_wrong_cell", 13, 1e-6, "sin[5000, 7]")
MISSING_CELL = ("one_missing_cell", 18, "inf", "cos[140000, 7]")

FALSE, FORGED = (
    "test_certificates.test_what_is_false_is_refused",
    "test_certificates.test_whatever_is_changed_is_refused",
)
TRUE, VALUES = "test_certificates.test_roots_and_fractions_are_recomputed", "test_certificates.test_values_enclose"
FORM, WORDS = "test_certificates.test_what_is_not_in_form_is_refused", "test_certificates.test_words_are_bound"
ROUNDING = "test_certificates.test_rounding_is_that_of_the_formats"
CHECKER = [
    Mutant("checking.algebra", "out[m] = out.get(m, 0) + a * b", "out[m] = a * b", TRUE, ("products",)),
    Mutant("checking.algebra", "-factor if whole > 1 else factor", "factor", FALSE, ("a half turn",)),
    Mutant("checking.algebra", "powers[g] = powers.get(g, 0) + e", "powers[g] = e", FALSE, ("a power",)),
    Mutant("checking.algebra", "Fraction(self.kinds[g][1]) ** whole", "Fraction(self.kinds[g][1])", TRUE, ("primes",)),
    Mutant("checking.algebra", "[self.meant[g]] * whole", "[]", TRUE, ("sums under a root",)),
    Mutant("checking.algebra", "n - part.under.get(f, 0)", "n", TRUE, ("fractions",)),
    Mutant("checking.algebra", "self.single(g, -e)", "self.single(g, e)", TRUE, ("inverses",)),
    Mutant("checking.algebra", "1 / Fraction(factor)", "1", TRUE, ("denominators",)),
    Mutant("checking.algebra", "under[same] -= 1", "under[same] -= 2", TRUE, ("cancelled",)),
    Mutant("checking.functions", "if factor > 0 and rest", "if rest", FALSE, ("a negative under a root",)),
    Mutant("checking.functions", 'in ("i", "e") for', "in () for", FALSE, ("a root of i",)),
    Mutant("checking.functions", "list(left.values()) in ([], [1])", "True", FALSE, ("a square of a complex number",)),
    Mutant("checking.functions", "c > 0 and all(self.positive(g) for g, _ in m)", "c > 0", FALSE, ("a logarithm of complex numbers",)),
    Mutant("checking.functions", "self.root(self.meant[m[0][0]], c)", "self.root(self.meant[m[0][0]], 1)", TRUE, ("bases",)),
    Mutant("checking.functions", "self.single(0, int(2 * c))", "self.single(0, int(c))", TRUE, ("half turns",)),
    Mutant("checking.functions", '("e", m, under)), c)', '("e", m, under)), 1)', FALSE, ("another exponent",)),
    Mutant("checking.functions", "self.number(sign)", "self.number(1)", TRUE, ("waves",)),
    Mutant("checking.functions", "self.normal(earlier(place, one)).key()", "0", FALSE, ("an unknown function",)),
    Mutant("checking.functions", "not 0 <= part < place", "False", FORM),
    Mutant("checking.rules", "at * len(relations) :", "0:", FORM),
    Mutant("checking.rules", "if sign == \"odd\"", "if False", FORGED, ("a sign of a step",)),
    Mutant("checking.rules", "all(c > 0 for c in [constant, *others] if c)", "True", FORM),
    Mutant("checking.rules", 'sign == "≥" or constant > 0', "True", FORGED, ("strictly",)),
    Mutant("checking.rules", "kind[1] in names", "kind[1]", FORGED, ("fewer names",)),
    Mutant("checking.rules", "left[1] < right[0]", "left[1] <= right[0]", FORGED, ("ends that meet",)),
    Mutant("checking.rules", "low > 0 or high < 0", "True", FORGED, ("around zero",)),
    Mutant("checking.rules", "own[0] <= ends[1] and ends[0] <= own[1]", "True", FORGED, ("ends too high",)),
    Mutant("checking.rules", "return one[1] < other[0]", "return True", "test_certificates.test_overlapping_cases_are_refused"),
    Mutant("checking.rules", "len(compared) in (0, cases)", "True", FORGED, ("a case dropped",)),
    Mutant("checking.rules", "self._same(self._node(left), self._node(right))", "pass", FORGED, ("another side",)),
    Mutant("checking.rules", 'certificate.get("digest") == digest(certificate)', "True", WORDS, ("statement",)),
    Mutant("checking.rules", "certificate.get(name) == entry[name]", "True", WORDS, ("domain",)),
    Mutant("checking.books", "if seen[found.claim] > 1", "if False", "test_certificates.test_the_books_of_one_ledger"),
    Mutant("checking.books", 'not in seen]', "in ()]", "test_certificates.test_the_books_of_one_ledger"),
    Mutant("checking.intervals", "-(-high.numerator * one // high.denominator)", "high.numerator * one // high.denominator", "test_certificates.test_what_bits_do_not_decide_is_undecided"),
    Mutant("checking.intervals", "1 / x[1], 1 / x[0]", "1 / x[0], 1 / x[1]", "test_certificates.test_what_bits_do_not_decide_is_undecided"),
    Mutant("checking.intervals", "sign * (term * grow // scale)", "abs(term * grow // scale)", VALUES, ("sin", 128)),
    Mutant("checking.intervals", "(k * two[0], k * two[1])", "(two[0], two[1])", VALUES, ("log", 128)),
    Mutant("checking.intervals", "total, error = total + term, error + stray", "total, error = total + term // 2, error", VALUES, ("exp", 128)),
    Mutant("checking.intervals", "e -= size < Fraction(2) ** e", "e -= 1", ROUNDING, ("float32",)),
    Mutant("checking.intervals", "self.product((out, self.root(x))) if half", "out if half", VALUES, ("root", 128)),
    Mutant("checking.sums", "(x * c - y * s) >> bits", "(x * c + y * s) >> bits", "test_certificates.test_sums_are_those_of_the_proofs", ("cosines",)),
    Mutant("checking.sums", "(-1) ** k", "1", "test_certificates.test_integrals_are_those_of_the_proofs", (Fraction(100),)),
    Mutant("checking.values", "function(x[0]) != function(x[1])", "False", "test_certificates.test_what_bits_do_not_decide_is_undecided"),
    Mutant("proving.certificate", 'str(symbol) + "′" * same.index(symbol)', "str(symbol)", FALSE, ("names that are called the same",)),
    Mutant("cli.audit", "any(folder.iterdir())", "False", "test_command.test_certificates_are_not_replaced", (Path,)),
]  # fmt: skip

PASSING = replace(EXACT, id="rope.rotate/unit-1")
MISTAKEN = replace(EXACT, diagnosis="rope/f16-positions")
EXPIRED = replace(EXACT, until=TODAY)

MUTANTS = [
    Mutant("conformance.whole", "ROWS, 1 << start", "ROWS, 2 << start", "test_whole.test_a_right_table_is_right_everywhere"),
    Mutant("conformance.whole", "found[binade] | worst if binade in found else worst", "worst", "test_whole.test_one_wrong_cell_is_found", MISSING_CELL),
    Mutant("conformance.whole", "error[~np.isfinite(error)] = np.inf", "error[~np.isfinite(error)] = 0", "test_whole.test_one_wrong_cell_is_found", MISSING_CELL),
    Mutant("conformance.whole", "range(first, min(first + ASKED, positions))", "range(min(first + ASKED, positions) - first)", "test_whole.test_a_right_table_is_right_everywhere"),
    Mutant("conformance.whole", "if answer.shape != truth.shape", "if answer.shape[1:] != truth.shape[1:]", "test_whole.test_what_makes_no_table_is_said", ("cut_table", "rope.table", "rope/halves", "has shape")),
    Mutant("conformance.whole", 'stem == "rope"', "True", "test_whole.test_additive_tables_have_their_own_columns"),
    Mutant("conformance.whole", "+ subject.precision.table.unit", "* 0 + subject.precision.table.unit", "test_whole.test_a_right_table_is_right_everywhere"),
    Mutant("cli.check", "worst.units > GRADES", "worst.units > 1e9 * GRADES", "test_whole.test_one_wrong_cell_is_found", WRONG_CELL),
    Mutant("cli.accuracy", "for path in (output, plot)", "for path in (plot,)", "test_whole.test_the_accuracy_page", (Path,)),
    Mutant("cli.accuracy", "{dim} --base", "{dim - 8} --base", "test_whole.test_the_accuracy_page", (Path,)),
    Mutant("cli.accuracy", "worst.last, worst.error) for", "worst.first, worst.error) for", "test_whole.test_the_accuracy_page", (Path,)),
    Mutant("cli.html.figures", "here[1] < after[0]", "here[0] < after[1]", "test_html.test_first_rise_is_certified"),
    Mutant("cli.html.figures", "if not after[1] < here[0]", "if False", "test_html.test_first_rise_is_certified"),
    Mutant("cli.html.figures", "M{channel} {position}h1", "M{position} {channel}h1", "test_html.test_heat_map_is_the_table"),
    Mutant("cli.html.figures", "(max(1, last), float(errors[column]))", "(max(1, last), float(errors[0]))", "test_html.test_accuracy_has_a_line_for_every_table_that_was_measured"),
    Mutant("conformance.runner", 'states.count("passed")', "0", "test_check.test_a_convention_without_answers_is_not_guessed", (pytest.MonkeyPatch,)),
    Mutant("conformance.catalogue", "*sorted(failing, key=_size), *passing]", "*sorted(failing, key=_size)]", "test_diagnosis.test_a_passing_case_refutes_a_cause"),
    Mutant("conformance.growth", "right < least <= first", "least <= first", "test_diagnosis.test_growth_names_the_format_that_merges_integers"),
    Mutant("conformance.faults", "np.argsort(order)", "order", "test_diagnosis.test_a_permutation_of_axes_is_named"),
    Mutant("conformance.reproducer", 'return f"np.frombuffer(', 'return f"1 + np.frombuffer(', "test_diagnosis.test_the_reproducer_runs_and_fails_until_it_is_repaired", ("clockwise", "float32", Path)),
    Mutant("conformance.judge", "if known and not right", "if False", "test_check.test_a_known_defect_is_no_failure_and_no_pass"),
    Mutant("conformance.judge", "if known and not right", "if known", "test_check.test_a_known_defect_is_no_failure_and_no_pass"),
    Mutant("conformance.judge", '"known" if known else "shape"', '"shape"', "test_check.test_a_known_defect_is_no_failure_and_no_pass"),
    Mutant("conformance.contract", "_defects.clear()", "pass", "test_check.test_defects_are_forgotten_between_calls"),
    Mutant("conformance.pipes", "if len(held) > self.limit", "if False", "test_adapters.test_a_line_without_end_is_not_held_in_memory"),
    Mutant("conformance.process", 'if reply.get("seq") != seq and', "if False and", "test_adapters.test_misbehaviour_is_reported_as_that", ("behind", "garbled", "to message")),
    Mutant("conformance.process", "received(command, reply)", "pass", "test_adapters.test_misbehaviour_is_reported_as_that", ("both", "garbled", "needs one of")),
    Mutant("conformance.process", "written > FLOOD", "written > 1e99", "test_adapters.test_programs_that_conform", ("chatty",)),
    Mutant("conformance.protocol", "if folder is None or path.parent", "if folder and path.parent", "test_adapters.test_misbehaviour_is_reported_as_that", ("file", "garbled", "in the folder of the question")),
    Mutant("conformance.canary", "if back.dtype != sent.dtype", "if False", "test_adapters.test_a_program_that_cannot_be_judged", ("one-dtype", "harness/dtype")),
    Mutant("conformance.canary", "if back.shape != sent.shape", "if False", "test_adapters.test_a_program_that_cannot_be_judged", ("flat", "harness/shape")),
    Mutant("conformance.canary", 'kind = f"uint{8 * sent.dtype.itemsize}"', "kind = sent.dtype", "test_adapters.test_a_program_that_cannot_be_judged", ("no-sign", "harness/signed-zero")),
    Mutant("conformance.sessions", "for _ in range(TRIALS)", "for _ in range(0)", "test_sessions.test_the_smallest_list_is_searched_for", ("f", "f", pytest.MonkeyPatch)),
    Mutant("conformance.sessions", "if _differ(subject, alone, again)", "if False", "test_sessions.test_a_counter_is_state_and_chance_is_not"),
    Mutant("conformance.sessions", "in_order(process, subject, steps, name)", "in_order(process, subject, steps[:1], name)", "test_sessions.test_stale_state_is_named_with_two_calls", ("stale_base", "rope.table", "rope/halves")),
    Mutant("conformance.runner", 'result.state != "unsupported" for', "True for", "test_adapters.test_a_program_that_declares_too_much"),
    Mutant("conformance.targets", "for dtype in dtypes:", "for dtype in dtypes[:1]:", "test_check.test_an_adapter_declares_what_it_has"),
    Mutant("conformance.targets", 'f"{stem}.{name}" not in operations and', "", "test_check.test_an_adapter_declares_what_it_has"),
    Mutant("conformance.stream", "if rest or record", "if record", "test_reports.test_a_run_that_was_cut_off_is_read_by_nobody", (Path,)),
    Mutant("conformance.stream", 'if record["lines"] != len(held) - 1', "if False", "test_reports.test_a_run_that_was_cut_off_is_read_by_nobody", (Path,)),
    Mutant("conformance.stream", 'FORMAT:', '"other":', "test_reports.test_the_same_run_gives_the_same_bytes_and_comes_back"),
    Mutant("conformance.words", '{"required": counts.total(),', '{"required": counts["passed"],', "test_reports.test_everything_is_counted_and_adds_up"),
    Mutant("conformance.words", 'counts["declined"] += sum(count for count, _ in declined.values())', "pass", "test_reports.test_everything_is_counted_and_adds_up"),
    Mutant("conformance.by_position", "sorted(found.items(), key=lambda point: point[1])[-MOST:]", "sorted(found.items())[:1]", "test_reports.test_error_against_position"),
    Mutant("conformance.by_position", "max(units, found.get(position, 0.0))", "units * 0", "test_reports.test_error_against_position"),
    Mutant("conformance.junit", 'if result["expected"]', "if False", "test_reports.test_junit_says_why"),
    Mutant("conformance.junit", '*target["explanation"]', "", "test_reports.test_junit_says_why"),
    Mutant("conformance.junit", "FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], str(value))", "str(value)", "test_reports.test_junit_says_why"),
    Mutant("conformance.junit", "for one in run.of(\"expectation\")", "for one in ()", "test_reports.test_junit_has_a_test_case_for_each_id"),
    Mutant("conformance.matrix", 'raw.replace("<", "\\\\u003c")', "raw", "test_reports.test_hostile_text_stays_text"),
    Mutant("conformance.matrix", "{escape(one['reason'])}", "{one['reason']}", "test_reports.test_hostile_text_stays_text"),
    Mutant("conformance.matrix", "value is False or", "value == 0 or", "test_reports.test_every_cell_has_what_it_opens"),
    Mutant("conformance.matrix.cells", 'result["wrong"] and not result["expected"]', 'result["wrong"]', "test_reports.test_cells_say_what_the_results_say"),
    Mutant("conformance.matrix.reproducer", '.reshape({tuple(tensor["shape"])})', "", "test_reports.test_a_reproducer_makes_the_same_bits", (False,)),
    Mutant("conformance.entries", "len(covering) == 1", "len(covering) >= 1", "test_expectations.test_files_that_do_not", (Path, "twice covered")),
    Mutant("conformance.entries", 'failed == ("diagnosis" in said)', "True", "test_expectations.test_files_that_do_not", (Path, "no diagnosis")),
    Mutant("conformance.entries", "return today >= self.until", "return today > self.until", "test_expectations.test_entries_that_do_not_hold", (EXPIRED, "expired", "until")),
    Mutant("conformance.entries", "while found and not found[-1]", "while False", "test_expectations.test_zeros_at_the_end_of_a_version_do_not_count"),
    Mutant("conformance.expectations", "if entry.diagnosis in (names or {UNKNOWN})", "if True", "test_expectations.test_entries_that_do_not_hold", (MISTAKEN, "explained", "the entry says")),
    Mutant("conformance.expectations", "if entry.id or len(better) == len(both)", "if False", "test_expectations.test_entries_that_do_not_hold", (PASSING, "stale", "no longer failed")),
    Mutant("conformance.expectations", "len(failed) < report.count", "len(failed) > report.count", "test_expectations.test_failures_of_two_causes_are_explained_one_by_one"),
    Mutant("conformance.expectations", "if not decided[number] and not partial", "if False", "test_expectations.test_entries_whose_time_has_not_come_do_no_harm"),
    Mutant("cli.check", "return UNEXPECTED if verdict.problems else EXPECTED", "return EXPECTED", "test_expectations.test_entries_that_do_not_hold", (MISTAKEN, "explained", "the entry says")),
    Mutant("cli.check", "if id(result) not in verdict.met", "", "test_expectations.test_what_is_expected_is_no_failure"),
    Mutant("conformance.inside", 'np.errstate(all="ignore")', "np.errstate()", "test_testing.test_overflow_shows_in_the_numbers_as_in_a_process_of_its_own"),
    Mutant("vectors.files", 'if unknown := set(session["order"]) - ids', "if unknown := set()", "test_vectors.test_sessions_ask_for_cases_that_there_are", (Path, "rope.table/nowhere", "asks for")),
    Mutant("vectors.files", 'if held < promised["minCases"]', "if False", "test_vectors.test_lost_cases_are_noticed", (Path,)),
    Mutant("vectors.build", 'said += [[session["id"], session["order"]] for session in ordered]', "pass", "test_vectors.test_another_order_is_another_digest"),
    Mutant("cli.save", "dict(zip(shapes, array", "dict(zip(reversed(shapes), array", "test_command.test_golden_formats_hold_the_same_words", (Path, ".npy", "float32")),
    Mutant("cli.save", "at += int(np.prod(shape, dtype=int)) * dtype.itemsize", "at += 0", "test_command.test_golden_formats_hold_the_same_words", (Path, ".safetensors", "float32")),
    Mutant("cli.golden", "digest(words)}", "digest({n: w[:1] for n, w in words.items()})}", "test_command.test_files_written_in_place_are_the_same", (Path, ".npy", "rope.table")),
    Mutant("truth.program", "return -1 if high < 0 else 1", "return 1", "test_truth.test_the_largest_and_the_smallest", (Arb,)),
    Mutant("truth.program", "if low <= 0 <= high", "if False", "test_truth.test_the_largest_and_the_smallest", (Arb,)),
    Mutant("truth.formats", "value.denominator != 1 or", "", "test_truth.test_integers_are_exact_or_nothing"),
    Mutant("models", "if len(found) < len(pairs):", "if False:", "test_models.test_files_that_are_no_configuration", (Path, '{"a": 1, "a": 2}', "said twice")),
    Mutant("models.values", "isinstance(value, bool) or not isinstance(value, int)", "not isinstance(value, int)", "test_models.test_no", ("true heads",)),
    Mutant("models.values", "if any(value != next(iter(said.values()))", "if any(value is None", "test_models.test_no", ("two bases",)),
    Mutant("models.rotary", "if ABOUT.search(name) and", "if False and", "test_models.test_no", ("unknown setting",)),
    Mutant("models.rotary", "int(head_dim(said) * share)", "head_dim(said)", "test_models.test_sizes_said_or_derived"),
    Mutant("models.rotary", "max(context, int(", "min(context, int(", "test_models.test_yarn_reaches_as_far_as_its_factor"),
    Mutant("models.rotary", "base=kind.sliding, spelled", "spelled", "test_models.test_layers_that_differ_have_tables_of_their_own"),
    Mutant("models.rotary", "or kind.settings", "", "test_models.test_without_settings_gpt_oss_is_scaled"),
    Mutant("models.scaling", '("mrope_section") is not None', '("mrope_section") is ...', "test_models.test_no", ("multimodal default",)),
    Mutant("models.scaling", "one_per_pair(WHO, full, rotary_dim // 2)", "pass", "test_models.test_no", ("long lists",)),
    Mutant("models.scaling", "value != KEYS[kind][key]", "value is not None", "test_models.test_yarn_reaches_as_far_as_its_factor"),
    Mutant("models.scaling", '"the configuration": config.get(beside)', '"the configuration": None', "test_models.test_no", ("two lengths",)),
    Mutant("models.others", " - pad - 1", "", "test_models.test_every_model_is_read_as_published"),
    Mutant("models.request", 'range(params["length"]) if', "found.positions if", "test_models.test_the_length_chooses_the_list", (Path,)),
    Mutant("models.request", 'if last >= length:', 'if last > length:', "test_models.test_dynamic_scaling_leaves_the_length_open", (Path,)),
    Mutant("vectors.presets", "if names != set(spec.models()):", "if False:", "test_models.test_tampering_is_noticed", (Path, "one too many", pytest.MonkeyPatch)),
    Mutant("vectors.presets", 'encoding="utf-8") != right', 'encoding="utf-8") == ""', "test_models.test_tampering_is_noticed", (Path, "a bit", pytest.MonkeyPatch)),
    *CHECKER,
    Mutant("truth.evaluate", "(*place, ...)", "place", "test_command.test_golden_takes_arrays", (Path,)),
]  # fmt: skip


@contextmanager
def changed(mutant: Mutant) -> Iterator[None]:
    """The module with the change in all its functions, wherever they have been imported to."""
    module = importlib.import_module(f"posenc.{mutant.module}")
    source = inspect.getsource(module)
    assert source.count(mutant.old) == 1, f"{mutant.old!r} stands {source.count(mutant.old)} times in {mutant.module}"
    other: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(source.replace(mutant.old, mutant.new), f"<{mutant.new}>", "exec"), other)
    kept = {f: f.__code__ for f in _functions(vars(module)) if f.__module__ == module.__name__}
    for function in kept:
        found = other
        for part in function.__qualname__.split("."):
            found = found[part] if isinstance(found, dict) else vars(found)[part]
        function.__code__ = found.__code__  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for function, code in kept.items():
            function.__code__ = code


def _functions(names: dict[str, Any]) -> list[FunctionType]:
    own = [value for value in names.values() if inspect.isclass(value)]
    values = [*names.values(), *(member for cls in own for member in vars(cls).values())]
    return [
        value
        for value in values
        if isinstance(value, FunctionType) and not value.__closure__ and "<" not in value.__code__.co_filename
    ]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.module}: {m.new}")
def test_every_mutant_is_noticed(mutant: Mutant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name = mutant.test.split(".")
    test = getattr(importlib.import_module(module), name)
    given = {Path: tmp_path, pytest.MonkeyPatch: monkeypatch}
    arguments = [given.get(argument, argument) for argument in mutant.arguments]
    noticed = (AssertionError, ValueError, OSError, pytest.fail.Exception, AttributeError, queue.Empty)
    with changed(mutant), pytest.raises(noticed):
        test(*arguments)
