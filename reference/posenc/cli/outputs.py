"""What `posenc check` leaves besides the terminal: files of the run, and whether it was as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from posenc._files import whole
from posenc.cli.console import err, out
from posenc.conformance.expectations import Verdict
from posenc.conformance.junit import junit
from posenc.conformance.stream import Record, lines, parsed

Write = Callable[[Iterator[Record]], None]


@contextmanager
def files(jsonl: Path | None, xml: Path | None, *, force: bool) -> Iterator[Write]:
    """Takes the names of the files at once, so that a run is not for nothing; all appear whole at the end, or none.

    Gives a function that is handed the records of the run. Both files are made of the same bytes.
    """
    if jsonl and jsonl == xml:
        raise ValueError(f"check: --jsonl and --junit are both {jsonl}, needs two names")
    with ExitStack() as stack:
        streams = {path: stack.enter_context(whole(path, force=force)) for path in (jsonl, xml) if path}

        def write(said: Iterator[Record]) -> None:
            if streams:
                raw = lines(said)
                for path, file in streams.items():
                    file.write(raw if path == jsonl else junit(parsed(raw, str(path))))

        yield write


def print_verdict(verdict: Verdict) -> None:
    """What went as expected on standard output, what did not on standard error."""
    broken = {problem.entry for problem in verdict.problems}
    held = [entry for entry in verdict.met.values() if entry.name not in broken]
    if held:
        reasons = dict.fromkeys(f"{entry.name}: {entry.reason} ({entry.issue})" for entry in held)
        out.print(f"\n[bold]as expected[/]: {len(held)} results, by {len(reasons)} of the entries")
        for reason in reasons:
            out.print(f"  {reason}", soft_wrap=True, markup=False)
    for target, names in verdict.unexpected.items():
        said = f"posenc: {target}: {len(names)} failures that no entry expects, first {names[0]}"
        err.print(said, soft_wrap=True, markup=False)
    for problem in verdict.problems:
        said = f"posenc: expectation {problem.kind}: {problem.entry}: {problem.says}"
        err.print(said, soft_wrap=True, markup=False)
