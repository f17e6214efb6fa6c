"""The `posenc` command: golden, check, report, adapter, audit, vectors, show, accuracy."""

from __future__ import annotations

import sys

import typer

from posenc.cli import accuracy, adapter, audit, check, golden, matrix, show, vectors
from posenc.vectors.files import Tampered

app = typer.Typer(
    help="The reference specification of Transformer positional encodings.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("golden")(golden.command)
app.command("check")(check.command)
app.command("report")(matrix.command)
app.add_typer(adapter.app, name="adapter")
app.command("audit")(audit.command)
app.add_typer(vectors.app, name="vectors")
app.command("show")(show.command)
app.command("accuracy")(accuracy.command)

BAD_INPUT, TAMPERED = 2, 4


def main() -> None:
    """Run the command; what the user got wrong is one line on standard error, never a traceback."""
    try:
        app()
    except Tampered as error:
        _stop(error, TAMPERED)
    except (ValueError, TypeError, OSError, OverflowError, MemoryError) as error:
        _stop(error, BAD_INPUT)


def _stop(error: BaseException, code: int) -> None:
    print(f"posenc: {error or type(error).__name__}", file=sys.stderr)
    sys.exit(code)
