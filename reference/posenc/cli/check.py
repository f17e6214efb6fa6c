"""`posenc check`: conformance of a library, a callable or a program, with the cause named when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from posenc import spec
from posenc.cli.console import err, known, operation, progress
from posenc.cli.report import print_reports
from posenc.cli.tables import Sizes, whole_tables
from posenc.cli.validate import watch
from posenc.conformance import libraries, targets
from posenc.conformance.canary import canary
from posenc.conformance.contract import Broken
from posenc.conformance.judge import Subject
from posenc.conformance.process import ANSWER, Lost, NotLoaded, Process
from posenc.conformance.runner import SEARCH, Plan, Report, applicable, check, guess
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
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Compare with the golden vectors and with the truth, grade, and name the cause of a failure.

    Exit code 0 when everything conforms, 1 when something does not, 2 when something passes that is expected to fail,
    3 when the target cannot be loaded or does not send back what it is sent, 4 when vectors are missing.
    """
    library = targets.is_library(target)
    options = Options(op and operation(op), convention, dtype, angle, table)
    _known(target, options)
    process = targets.process(target, timeout=timeout, arrays=arrays, names=name or ())
    process.watch = watch() if validate else process.watch
    sizes = None if whole is None else Sizes(whole, dim, base)
    wanted = Plan(search=search, soak=soak, sessions=not library if sessions is None else sessions)
    compared: dict[str, Whole] = {}
    try:
        with err.status(f"loading {target}"):
            process.start()
        with process:
            judged = targets.judged(target, process.hello, options, only)
            canary(process)
            reports = list(_reports(process, judged, wanted, sizes, compared))
    except (NotLoaded, Lost, Broken) as loss:
        said = "cannot be loaded" if not isinstance(loss, Broken) else loss.kind
        err.print(f"posenc: {target}: {said}: {loss}", soft_wrap=True, markup=False)
        raise typer.Exit(HARNESS) from None
    print_reports(reports, compared, judged.declined, process.hello["impl"], json)
    if sizes and not compared:
        raise ValueError(f"check: no target makes a whole table, needs one of {', '.join(TABLES)}")
    raise typer.Exit(_code(reports, compared))


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


def _code(reports: list[Report], compared: dict[str, Whole]) -> int:
    """The exit code. Whoever knows what was expected (UNEXPECTED) compares here."""
    strays = any(worst.units > GRADES["B"] for table in compared.values() for worst in table.binades)
    failed = strays or not reports or any(report.grade in ("fail", "none") for report in reports)
    return FAILED if failed else EXPECTED


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
