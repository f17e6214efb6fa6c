"""The page of libraries: `python tests/benchmarks/libraries.py [-o spec/libraries.md]`. Takes some minutes.

Every target of every supported library that is installed, against the vectors and searched inputs; what the adapters
know to be wrong; and the departures of tests/departures, asked anew, each decided twice before it is written down.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from posenc._files import whole
from posenc.conformance import libraries
from posenc.conformance.process import NotLoaded
from posenc.conformance.runner import Plan, Report, check
from posenc.conformance.targets import Options, judged, process
from posenc.conformance.words import call, distance

sys.path.insert(0, str(Path(__file__).parents[1]))

from departures import DEPARTURES, Departure

SEARCH = 20
HEAD = f"""# Libraries

What the installed versions of other people's libraries compute, target by target. Made by

    python tests/benchmarks/libraries.py -o spec/libraries.md

with {SEARCH} searched inputs for every target beyond the vectors; `posenc check LIBRARY` does the same for one library and
names causes ([how to check one of your own](../README.md)). How to read a row: the convention is the one that the target
has; the formats are those in which it forms angles, keeps tables and answers; a grade is A within 2 units of the derived
bound and B within 8; *worst* is the largest distance of any answer, and in which case; cases that the library has no
counterpart for are *not taken*. Where an operation is exact, an answer is equal or wrong.

Under *known to be wrong* stands what a target gets wrong in the vectors, as its adapter says beforehand; under *departures*
what lies beyond the call contract, asked of the library when this page was written. Where the specification has the
operation, the truth of a departure was derived twice, from the definitions and by hand. Tests ask again, and say so when
something is repaired.

JAX 0.10 and flax 0.12 have no positional encoding in any module, so there is nothing of theirs to check; an adapter can
be given JAX arrays (`--arrays jax`). Libraries that need torchvision are not asked.
"""


def numbers(answer: Sequence[float] | str) -> str:
    """An answer as text, an error as what it says."""
    return answer if isinstance(answer, str) else ", ".join(f"{number + 0.0:.6g}" for number in answer)


def escaped(text: str) -> str:
    """For a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def row(report: Report) -> str:
    """A target in the table."""
    subject, answered = report.subject, [one for one in report.results if one.units is not None]
    worst = max(answered, key=lambda result: result.units or 0.0, default=None)
    forms = [form.name for form in (subject.precision.angle, subject.precision.table, subject.precision.output)]
    cells = (
        f"`{subject.name}`",
        subject.operation,
        subject.convention,
        forms[0] if len(set(forms)) == 1 else ", ".join(forms),
        report.grade,
        f"{distance(worst)}, {worst.vector.case.id}" if worst else "",
        f"{report.count('passed')} of {len(answered)}",
        str(report.count("unsupported")),
    )
    return f"| {' | '.join(map(escaped, cells))} |"


def wrong(reports: list[Report]) -> Iterator[str]:
    """What the adapter knows to be wrong in the vectors: a line for each reason."""
    known = [(report.subject.name, one) for report in reports for one in report.results if one.state == "known"]
    for reason in sorted({one.message.split(" (raised")[0] for _, one in known}):
        cases = [(name, one) for name, one in known if one.message.startswith(reason)]
        name, shown = min(cases, key=lambda pair: len(call(pair[1])))
        said = shown.worst or f"`{first_line(shown.message[len(reason) :].strip(' ()'))}`"
        counts = ", ".join(f"`{one}` ({sum(n == one for n, _ in cases)})" for one in dict.fromkeys(n for n, _ in cases))
        yield f"- {reason.rstrip('.')}. Cases: {counts}. Smallest, {name.split('.')[0]}: `{call(shown)}`: {said}."


def failures(reports: list[Report]) -> Iterator[str]:
    """What fails, if anything does."""
    for report in reports:
        if report.grade not in ("A", "B"):
            causes = "; ".join(f"{cause.name}. {cause.says}" for cause in report.causes) or "cause not known"
            yield f"- `{report.subject.name}` **fails**: {causes}"


def first_line(message: str) -> str:
    """An error without its trail."""
    return message.split(" Non-zero status code", maxsplit=1)[0] + (
        f": {message.split('Status Message: ')[1]}" if "Status Message: " in message else ""
    )


def departure(one: Departure) -> str:
    """A departure, after its truth has been decided twice."""
    answer = one.answer()
    truths = [numbers(ask()) for ask in (one.truth, one.hand) if ask]
    if len(set(truths)) > 1 or numbers(answer) in truths:
        raise ValueError(
            f"{one.name}: truth is {' and '.join(truths)}, came back {numbers(answer)}: needs another look"
        )
    truth = f" Truth: {truths[0]}." if truths else ""
    came = numbers(answer) if not isinstance(answer, str) else f"`{first_line(answer)}`"
    return f"- **{one.name}.** {one.says} Smallest case: `{one.case}`.{truth} Came back: {came}. Likely fix: {one.fix}"


def section(name: str) -> Iterator[str]:
    """A library."""
    with process(name, timeout=600) as library:
        subjects = [subject for (subject,) in judged(name, library.hello, Options()).rivals]
        reports = [check(library, subject, Plan(search=SEARCH, sessions=False)) for subject in subjects]
        yield f"\n## {name}\n\n{library.hello['impl']['version']}.\n"
    yield "| target | operation | convention | formats | grade | worst | passed | not taken |"
    yield "|---" * 8 + "|"
    yield from map(row, reports)
    yield from failures(reports)
    defects = list(wrong(reports))
    if defects:
        yield "\nKnown to be wrong:\n"
        yield from defects
    if DEPARTURES.get(name):
        yield "\nDepartures:\n"
        yield from map(departure, DEPARTURES[name])


def main(output: Path) -> None:
    lines = [HEAD.rstrip()]
    for name in libraries.names():
        if name == "naive":  # no library, but what an uncertified table is worth
            continue
        try:
            lines += section(name)
        except NotLoaded as reason:
            print(f"{name} is left out, it cannot be loaded: {reason}")
    with whole(output, force=True) as file:
        file.write(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main(Path(sys.argv[2] if sys.argv[1:2] == ["-o"] else "spec/libraries.md"))
