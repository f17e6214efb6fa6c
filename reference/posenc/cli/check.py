"""`posenc check`: conformance of a library or a callable, with the cause named when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.table import Table

from posenc import spec
from posenc.cli.console import err, known, operation, out, print_json, progress, styled
from posenc.cli.report import described, distance, explain
from posenc.cli.tables import Sizes, data, print_tables, whole_tables
from posenc.conformance import libraries
from posenc.conformance.judge import Subject
from posenc.conformance.process import ANSWER, Lost, NotLoaded, Process
from posenc.conformance.runner import SEARCH, Report, applicable, check, guess
from posenc.conformance.whole import Whole
from posenc.truth.bounds import GRADES, Precision
from posenc.truth.formats import FORMATS

DTYPES = ("float64", "float32", "float16")
NOT_LOADED = 3


def command(
    target: Annotated[str, typer.Argument(help="module:callable, path/file.py:callable, or a library: transformers")],
    op: Annotated[str | None, typer.Option(help="the operation that a callable is: rope.rotate, ...")] = None,
    convention: Annotated[str | None, typer.Option(help="the one it declares; found out when left away")] = None,
    dtype: Annotated[str, typer.Option(help="in which a callable is asked: float64, float32, float16")] = "float32",
    angle: Annotated[str | None, typer.Option(help="the format it forms angles in; dtype unless declared")] = None,
    table: Annotated[str | None, typer.Option(help="the format it keeps tables in; dtype unless declared")] = None,
    only: Annotated[str | None, typer.Option(help="of a library, the targets whose names contain this")] = None,
    search: Annotated[int, typer.Option(help="inputs tried beyond the vectors", min=0)] = SEARCH,
    timeout: Annotated[float, typer.Option(help="seconds for one answer", min=0.1)] = ANSWER,
    whole: Annotated[int | None, typer.Option(help="compare whole tables of so many positions as well", min=1)] = None,
    dim: Annotated[int, typer.Option(help="width of the whole tables")] = 128,
    base: Annotated[float, typer.Option(help="base of the whole tables")] = 10_000.0,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Compare with the golden vectors and with the truth, grade, and name the cause of a failure.

    Exit code 0 when everything conforms, 1 when something does not, 3 when the target cannot be loaded.
    """
    tables = None if whole is None else Sizes(whole, dim, base)
    single = ":" in target
    if not single:
        known("library", target, libraries.names())
        if op or convention:
            raise ValueError("check: a library declares operations and conventions itself, needs none beside it")
    elif op is None:
        raise ValueError("check: a callable needs --op, such as --op rope.rotate: which operation is it?")
    else:
        operation(op)
        if convention:
            known("convention", convention, spec.ways(op.split(".")[0]))
    known("dtype", dtype, DTYPES)
    declared = Precision.of(known("dtype", angle or dtype, FORMATS), known("dtype", table or dtype, FORMATS), dtype)
    process = Process.python(f"py:{target}" if single else f"library:{target}", timeout=timeout)
    try:
        with err.status(f"loading {target}"):
            process.start()
        with process:
            subjects = (
                _callable(process, target, op or "", convention, declared)
                if single
                else library_subjects(process, only)
            )
            reports = list(_reports(process, subjects, search))
            compared = whole_tables(process, subjects, tables) if tables else {}
            _print(reports, compared, process.hello["impl"], json)
    except (NotLoaded, Lost) as loss:
        err.print(f"posenc: {target} cannot be loaded: {loss}", soft_wrap=True)
        raise typer.Exit(NOT_LOADED) from None
    strays = any(worst.units > GRADES["B"] for table in compared.values() for worst in table.binades)
    if strays or any(report.grade in ("fail", "none") for report in reports):
        raise typer.Exit(1)


def _callable(process: Process, target: str, op: str, convention: str | None, declared: Precision) -> list[Subject]:
    stem, name = op.split(".")
    rivals = [convention] if convention else spec.ways(stem, name)
    subjects = [
        Subject(
            target, op, rival, declared, declared.output.name, spec.conventions(stem)[rival.split("/")[1]]["arguments"]
        )
        for rival in rivals
    ]
    return [guess(process, subjects) if len(subjects) > 1 else subjects[0]]


def library_subjects(process: Process, only: str | None = None) -> list[Subject]:
    """The targets of a loaded library, or those whose names contain a text, as they declare themselves."""
    targets = process.hello["profile"]["targets"]
    chosen = [t for t in targets if not only or only in t["name"]]
    if not chosen:
        raise ValueError(
            f"check: no target contains {only!r}, needs part of one of {', '.join(t['name'] for t in targets)}"
        )
    return [
        Subject(
            t["name"],
            t["operation"],
            t["convention"],
            Precision.of(t["angle"], t["table"], t["output"]),
            t["output"],
            {},
        )
        for t in chosen
    ]


def _reports(process: Process, subjects: list[Subject], search: int) -> Iterable[Report]:
    total = sum(len(applicable(subject)) for subject in subjects)
    done = 0
    with progress("checking", total) as advance:
        for subject in subjects:

            def step(name: str = subject.name) -> None:
                nonlocal done
                done += 1
                advance(done, name)

            yield check(process, subject, search=search, progress=step)


def _print(reports: list[Report], tables: dict[str, Whole], implementation: dict[str, Any], json: bool) -> None:
    if json:
        targets = [described(report) for report in reports]
        print_json({"implementation": implementation, "targets": targets, "tables": data(tables)})
        return
    out.print(f"{implementation['name']} {implementation['version']}".strip(), style="bold")
    table = Table("target", "convention", "grade", "worst", "passed", "not taken", "refused", box=None, pad_edge=False)
    for report in reports:
        answered = [result for result in report.results if result.units is not None]
        worst = max(answered, key=lambda result: result.units or 0.0, default=None)
        refusals = report.count("refused"), report.count("refused", "accepted")
        table.add_row(
            report.subject.name,
            report.subject.convention,
            styled(report.grade),
            f"{distance(worst)}, {worst.vector.case.id}" if worst else "",
            f"{report.count('passed')} of {len(answered)}",
            str(report.count("unsupported")),
            f"{refusals[0]} of {refusals[1]}",
        )
    out.print(table)
    for report in reports:
        explain(report)
    print_tables(tables)
