"""A conformance report in words, and as data for machines."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.table import Table

from posenc.cli.console import out, print_json, styled
from posenc.cli.tables import data, print_tables
from posenc.conformance.expectations import Verdict
from posenc.conformance.judge import Result
from posenc.conformance.runner import Report
from posenc.conformance.whole import Whole
from posenc.conformance.words import SAID, UNKNOWN, because, call, distance, totals
from posenc.vectors.tensor import plain


def print_reports(
    reports: list[Report],
    tables: dict[str, Whole],
    declined: dict[str, tuple[int, str]],
    implementation: dict[str, Any],
    verdict: Verdict,
    json: bool,
) -> None:
    """Everything that was found out, as a table with explanations or as one JSON object."""
    if json:
        print_json(
            {
                "implementation": implementation,
                "targets": [described(report) for report in reports],
                "declined": {name: {"cases": count, "reason": why} for name, (count, why) in declined.items()},
                "totals": totals(reports, declined),
                "tables": data(tables),
                "unexpected": verdict.unexpected,
                "expectations": [problem._asdict() for problem in verdict.problems],
            }
        )
        return
    out.print(f"{implementation['name']} {implementation.get('version', '')}".strip(), style="bold", markup=False)
    table = Table("target", "convention", "grade", "worst", "passed", "not taken", "refused", box=None, pad_edge=False)
    for report in reports:
        answered = [result for result in report.results if result.units is not None]
        worst = max(answered, key=lambda result: result.units or 0.0, default=None)
        refusals = report.count("refused"), report.count("refused", "accepted")
        table.add_row(
            escape(report.subject.name),
            report.subject.convention,
            styled(report.grade),
            f"{distance(worst)}, {worst.vector.case.id}" if worst else "",
            f"{report.count('passed')} of {len(answered)}",
            str(report.count("unsupported")),
            f"{refusals[0]} of {refusals[1]}",
        )
    out.print(table if reports else "declares no operation, so that nothing was judged")
    counted = ", ".join(f"{state} {count}" for state, count in totals(reports, declined).items())
    out.print(f"[dim]{counted}[/]", soft_wrap=True)
    for name, (count, why) in declined.items():
        out.print(f"[dim]declined {name}, {count} cases: {why}[/]")
    for report in reports:
        explain(report)
    print_tables(tables)


def explain(report: Report) -> None:
    """What went wrong, why, the smallest case that shows it, and where the same was reported."""
    subject = report.subject
    wrong = [result for result in report.results if result.state in SAID]
    notes = sorted({note for result in report.results for note in result.notes})
    if notes:
        out.print(f"\n[bold]{subject.name}[/] {notes[0]} in {sum(bool(r.notes) for r in report.results)} answers")
    known = [result for result in report.results if result.state == "known"]
    if known:
        where = f"{len(known)} of {len(report.results)} cases, first {known[0].vector.id}"
        said = f"[bold]{subject.name}[/] is known to be wrong in {where}: {escape(known[0].message)}"
        out.print(f"\n{said} {escape(known[0].worst)}", soft_wrap=True)
    if not wrong and not report.causes:
        return
    out.print(f"\n[bold]{subject.name}[/] as {subject.convention}, {_precisions(report)}")
    for state, said in SAID.items():
        cases = [result for result in wrong if result.state == state]
        if cases:
            first = cases[0]
            where = f"{len(cases)} of {len(report.results)} cases, first {first.vector.id}"
            out.print(f"  {said} in {where}: {escape(first.message or first.worst)}", soft_wrap=True)
    _causes(report)
    if report.smallest is not None:
        out.print(f"  smallest case: {call(report.smallest)}", soft_wrap=True)
        out.print(f"                 {report.smallest.worst} ({distance(report.smallest)})", soft_wrap=True)
    if report.reproducer:
        out.print("  to reproduce it, copy:\n")
        out.print(report.reproducer, soft_wrap=True, markup=False, highlight=False)
    for number, result in enumerate(report.calls, 1):
        said = result.state + (f", {result.message or result.worst}" if result.state != "passed" else "")
        out.print(f"  call {number}: {call(result)}: {said}", soft_wrap=True, markup=False)


def _causes(report: Report) -> None:
    if report.count("failed") and not report.causes:
        out.print(f"  [bold]{UNKNOWN}[/]")
        for said in report.measured:
            out.print(f"  measured: {escape(said)}", soft_wrap=True)
    for cause in report.causes:
        first, *more = because(cause, report.subject.convention)
        out.print(f"  [bold]{escape(first)}[/]", soft_wrap=True)
        for line in more:
            out.print(f"  {line}", soft_wrap=True, markup=False)


def _precisions(report: Report) -> str:
    declared = report.subject.precision
    return f"angles {declared.angle.name}, table {declared.table.name}, output {declared.output.name}"


def described(report: Report) -> dict[str, Any]:
    """The report as data."""
    subject = report.subject
    return {
        "target": subject.name,
        "operation": subject.operation,
        "convention": subject.convention,
        "precision": {name: form.name for name, form in vars(subject.precision).items()},
        "grade": report.grade,
        "states": {state: report.count(state) for state in sorted({result.state for result in report.results})},
        "causes": [vars(cause) | {"margin": cause.margin and plain(cause.margin)} for cause in report.causes],
        "measured": list(report.measured),
        "reproducer": report.reproducer,
        "smallest": None if report.smallest is None else _described(report.smallest) | {"call": call(report.smallest)},
        "calls": [_described(result) | {"call": call(result)} for result in report.calls],
        "results": [_described(result) for result in report.results],
    }


def _described(result: Result) -> dict[str, Any]:
    return {
        "id": result.vector.id,
        "state": result.state,
        **({"session": result.session} if result.session else {}),
        "units": plain(result.units) if result.units is not None else None,
        "worst": result.worst,
        "message": result.message,
        "notes": list(result.notes),
    }
