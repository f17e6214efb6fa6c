"""`posenc check`: conformance of a library, a callable or a program, with the cause named when it fails."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from posenc import spec
from posenc.cli.console import err, known, operation, progress
from posenc.cli.outputs import files, print_verdict
from posenc.cli.report import print_reports
from posenc.cli.tables import Sizes, whole_tables
from posenc.cli.validate import watch
from posenc.conformance import entries, libraries, targets
from posenc.conformance.canary import canary
from posenc.conformance.contract import Broken
from posenc.conformance.entries import Expectation
from posenc.conformance.expectations import Verdict, judged
from posenc.conformance.judge import HARMLESS, Subject
from posenc.conformance.process import ANSWER, Lost, NotLoaded, Process
from posenc.conformance.runner import SEARCH, Plan, Report, applicable, check, guess
from posenc.conformance.stream import records
from posenc.conformance.targets import Judged, Options
from posenc.conformance.whole import TABLES, Whole
from posenc.truth.bounds import GRADES
from posenc.truth.formats import FORMATS

EXPECTED, FAILED, UNEXPECTED, HARNESS = 0, 1, 2, 3  # exit codes; 4 when vectors are missing or changed (cli.main)


def command(
    target: Annotated[
        str,
        typer.Argument(help="py:module:callable, path/file.py:callable, cmd:PROGRAM ARGS, or a library: transformers"),
    ],
    op: Annotated[str | None, typer.Option(help="the operation that a callable is: rope.rotate, ...")] = None,
    convention: Annotated[str | None, typer.Option(help="the one it declares; found out when left away")] = None,
    dtype: Annotated[str, typer.Option(help=f"in which a callable is asked: {', '.join(FORMATS)}")] = "float32",
    angle: Annotated[str | None, typer.Option(help="the format it forms angles in; dtype unless declared")] = None,
    table: Annotated[str | None, typer.Option(help="the format it keeps tables in; dtype unless declared")] = None,
    arrays: Annotated[str, typer.Option(help="what a Python target is given: numpy, torch, jax")] = "numpy",
    name: Annotated[list[str] | None, typer.Option(help="CONTRACT=THEIRS, an argument called otherwise")] = None,
    only: Annotated[str | None, typer.Option(help="the targets or operations whose names contain this")] = None,
    search: Annotated[int, typer.Option(help="inputs tried beyond the vectors", min=0)] = SEARCH,
    soak: Annotated[int, typer.Option(help="inputs tried besides, others on every run", min=0)] = 0,
    sessions: Annotated[
        bool | None, typer.Option(help="ordered calls, to find state; of a library only when asked for")
    ] = None,
    timeout: Annotated[float, typer.Option(help="seconds for one answer", min=0.1)] = ANSWER,
    whole: Annotated[int | None, typer.Option(help="compare whole tables of so many positions as well", min=1)] = None,
    dim: Annotated[int, typer.Option(help="width of the whole tables")] = 128,
    base: Annotated[float, typer.Option(help="base of the whole tables")] = 10_000.0,
    validate: Annotated[bool, typer.Option("--validate", help="every message against its schema")] = False,
    expect: Annotated[Path | None, typer.Option(help="TOML file of what is expected to fail, and why")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="file for the run as JSON Lines, for posenc report")] = None,
    junit: Annotated[Path | None, typer.Option(help="file for the run as JUnit XML")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace existing files")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Compare with the golden vectors and with the truth, grade, and name the cause of a failure.

    Exit code 0 when everything is as it should be or as expected, 1 when something fails unexpectedly, 2 when an
    expectation does not hold (it passes now, is over, matches nothing, or fails for another reason), 3 when the target
    cannot be loaded or does not send back what it is sent, 4 when vectors are missing.
    """
    library = targets.is_library(target)
    options = Options(op and operation(op), convention, dtype, angle, table)
    _known(target, options)
    expected = entries.read(expect) if expect else []
    process = targets.process(target, timeout=timeout, arrays=arrays, names=name or ())
    process.watch = watch() if validate else process.watch
    sizes = None if whole is None else Sizes(whole, dim, base)
    wanted = Plan(search=search, soak=soak, sessions=not library if sessions is None else sessions)
    with files(jsonl, junit, force=force) as write:
        done = _run(process, target, Asked(options, only, wanted, sizes, expected))
        if sizes and not done.compared:
            raise ValueError(f"check: no target makes a whole table, needs one of {', '.join(TABLES)}")
        version = str(done.implementation.get("version", ""))
        verdict = judged(expected, done.reports, version, today=datetime.date.today(), partial=done.partial)
        print_reports(done.reports, done.compared, done.declined, done.implementation, verdict, json)
        if expect and not json:
            print_verdict(verdict)
        code = _code(done.reports, done.compared, verdict)
        write(records(target, done.implementation, done.reports, done.declined, verdict, code))
    raise typer.Exit(code)


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    options: Options
    only: str | None
    plan: Plan
    sizes: Sizes | None
    expected: list[Expectation]


@dataclass(frozen=True)
class Done:
    """What was found out. partial: that not all of the target was asked for."""

    implementation: dict[str, Any]
    declined: dict[str, tuple[int, str]]
    reports: list[Report]
    compared: dict[str, Whole]
    partial: bool


def _run(process: Process, target: str, asked: Asked) -> Done:
    """Start the target and judge it; a target that cannot be judged ends the command."""
    compared: dict[str, Whole] = {}
    try:
        with err.status(f"loading {target}"):
            process.start()
        with process:
            chosen = targets.judged(target, process.hello, asked.options, asked.only)
            for entry in asked.expected:
                entry.applies(str(process.hello["impl"].get("version", "")))  # an error now, not after the run
            canary(process)
            reports = list(_reports(process, chosen, asked.plan, asked.sizes, compared))
    except (NotLoaded, Lost, Broken) as loss:
        said = "cannot be loaded" if not isinstance(loss, Broken) else loss.kind
        err.print(f"posenc: {target}: {said}: {loss}", soft_wrap=True, markup=False)
        raise typer.Exit(HARNESS) from None
    chosen_of_more = asked.options.operation is not None and not process.hello["profile"].get("callable")
    partial = asked.only is not None or chosen_of_more
    return Done(process.hello["impl"], chosen.declined, reports, compared, partial)


def _known(target: str, options: Options) -> None:
    """What can be refused before anything is started."""
    if targets.is_library(target):
        known("library", target, libraries.names())
        if options.operation or options.convention:
            raise ValueError("check: a library declares operations and conventions itself, needs none beside it")
    if options.convention and options.operation:
        known("convention", options.convention, spec.ways(options.operation.split(".")[0]))
    for name in (options.dtype, options.angle, options.table):
        known("dtype", name or options.dtype, FORMATS)


def _code(reports: list[Report], compared: dict[str, Whole], verdict: Verdict) -> int:
    """The exit code: a failure that nobody expects weighs more than an expectation that does not hold."""
    strays = any(worst.units > GRADES["B"] for table in compared.values() for worst in table.binades)
    if strays or not reports or any(_failed(report, verdict) for report in reports):
        return FAILED
    return UNEXPECTED if verdict.problems else EXPECTED


def _failed(report: Report, verdict: Verdict) -> bool:
    """Whether a target fails, or gives nothing to compare, where that is not expected."""
    others = [result for result in report.results if id(result) not in verdict.met]
    excused = verdict.met and all(result.vector.case.refused for result in others)
    return any(result.state not in HARMLESS for result in others) or (report.grade == "none" and not excused)


def _reports(
    process: Process, judged: Judged, plan: Plan, sizes: Sizes | None, compared: dict[str, Whole]
) -> Iterable[Report]:
    total = sum(len(applicable(rivals[0])) for rivals in judged.rivals)
    done = 0
    with progress("checking", total) as advance:
        for rivals in judged.rivals:
            subject = guess(process, rivals) if len(rivals) > 1 else rivals[0]
            if len(rivals) > 1:
                process.end()  # whatever it has kept from being asked is forgotten

            def step(name: str = subject.name) -> None:
                nonlocal done
                done += 1
                advance(done, name)

            def tables(subject: Subject = subject) -> None:
                if sizes:
                    compared.update(whole_tables(process, [subject], sizes, needed=False))

            yield check(process, subject, replace(plan, tables=tables, progress=step))
