"""The process in which a Python target runs, so that nothing it does can harm the one that judges it.

It answers the protocol on what were its standard streams. What the target prints goes to standard error.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from posenc import spec
from posenc.conformance import contract
from posenc.conformance.contract import Broken, Unsupported
from posenc.conformance.exchange import given, same
from posenc.conformance.protocol import PROTOCOL, Message, arrays, line, parse, tensors

MOST = 2**24  # bytes of an array that goes through the pipe


def load(target: str) -> Any:
    """What stands at `module:name` or `path/file.py:name`; raises ImportError or AttributeError."""
    place, _, name = target.rpartition(":")
    if place.endswith(".py"):
        found = importlib.util.spec_from_file_location(Path(place).stem, place)
        if found is None or found.loader is None:
            raise ImportError(f"{place} cannot be loaded")
        module = importlib.util.module_from_spec(found)
        sys.modules[found.name] = module
        sys.path.insert(0, str(Path(place).resolve().parent))
        found.loader.exec_module(module)
    else:
        module = importlib.import_module(place)
    thing: Any = module
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


class Python:
    """A callable, or an adapter: an object, or a class without arguments, that has a profile.

    An adapter has `profile`, a mapping as in the protocol, and for each of its operations a method: `rope_rotate`
    for rope.rotate. Methods and callables are called as the contract says (contract.call).
    thing  the callable, adapter or class; target: what it is called
    kind   what arrays they are given: those of numpy, torch or jax
    names  what they call an argument, by the contract's name
    """

    def __init__(self, thing: Any, target: str, kind: str = "numpy", names: Mapping[str, str] | None = None) -> None:
        self.target, self.kind, self.names = target, kind, dict(names or {})
        self.adapter = hasattr(thing, "profile")
        self.thing = thing() if self.adapter and isinstance(thing, type) else thing
        if not self.adapter and not callable(thing):
            raise ImportError(f"{target} is a {type(thing).__name__}, needs a callable, or an adapter with a profile")
        if self.adapter:
            self.kind = self.thing.profile.get("arrays", kind)

    def hello(self) -> Message:
        profile = {**self.thing.profile} if self.adapter else {"callable": True}
        return {"impl": {"name": self.target, "version": str(getattr(self.thing, "version", ""))}, "profile": profile}

    def given(self, array: Any) -> Any:
        return given(array, self.kind)

    def __call__(self, name: str, operation: str, values: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
        stem, op = operation.split(".")
        function = getattr(self.thing, f"{stem}_{op}", None) if self.adapter else self.thing
        if function is None:
            raise Unsupported(f"has no method {stem}_{op}")
        arguments = spec.operations(stem)[op]["arguments"]
        theirs = {argument["name"]: self.names.get(argument["name"], argument["name"]) for argument in arguments}
        contract_ = [{**argument, "name": theirs[argument["name"]]} for argument in arguments]
        return contract.call(function, contract_, {theirs.get(n, n): value for n, value in values.items()}, extra)


class Library:
    """All targets of a supported library, by their names."""

    def __init__(self, name: str) -> None:
        adapter = importlib.import_module(f"posenc.conformance.libraries.{name}")
        self.name, self.version, self.targets = name, adapter.version(), {one.name: one for one in adapter.TARGETS}

    def hello(self) -> Message:
        listed = [one.described() for one in self.targets.values()]
        return {"impl": {"name": self.name, "version": self.version}, "profile": {"targets": listed}}

    def given(self, array: Any) -> Any:
        return given(array, "numpy")

    def __call__(self, name: str, operation: str, values: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
        return self.targets[name].call(**values)


def answer(subject: Any, message: Message, printed: Callable[[], int]) -> Message:
    """The reply to a run message, with what the adapter knows to be wrong there."""
    contract.defects()
    reply = _answer(subject, message, printed)
    known = contract.defects()
    return reply | {"known": known[0]} if known else reply


def _answer(subject: Any, message: Message, printed: Callable[[], int]) -> Message:
    """The reply itself; whatever the target raises becomes part of it."""
    inputs = arrays(message["in"])
    own = {name: subject.given(array) for name, array in inputs.items()}
    at = printed()
    stem, operation = message["op"].split(".")
    try:
        values = {**message["params"], **own}
        result = subject(message["target"], message["op"], values, message["extra"])
        most = sys.maxsize if message.get("folder") else MOST
        found = contract.outputs(result, spec.operations(stem)[operation]["returns"], most)
    except Unsupported as reason:
        return {"unsupported": str(reason)}
    except NotImplementedError as reason:
        return {"unsupported": str(reason) or "NotImplementedError"}
    except Broken as fault:
        return {"error": {"kind": fault.kind, "message": str(fault)}}
    except (Exception, SystemExit) as error:
        kind = "exit" if isinstance(error, SystemExit) else "raised"
        return {"error": {"kind": kind, "message": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}}
    changed = [name for name, array in inputs.items() if not same(own[name], array)]
    if changed:
        return {"error": {"kind": "mutated", "message": f"changed its input {', '.join(changed)} in place"}}
    said = printed() != at
    return {"out": tensors(found, message.get("folder")), "notes": ["printed something"] if said else []}


def serve(subject: Any, incoming: IO[bytes], outgoing: IO[bytes], printed: Callable[[], int]) -> None:
    """Answer messages until `bye` or the end of the stream."""
    for raw in incoming:
        message = parse(raw)
        if message["cmd"] == "bye":
            return
        if message["cmd"] == "hello":
            reply = {"protocol": PROTOCOL, **subject.hello()}
        elif message["cmd"] == "echo":
            reply = {"out": tensors(arrays(message["in"]))}
        else:
            reply = answer(subject, message, printed)
        outgoing.write(line({"seq": message.get("seq"), **reply}))
        outgoing.flush()


def main(argument: str, *options: str) -> None:
    """Serve `py:TARGET` or `library:NAME` on the standard streams.

    options   of a Python target: the arrays it is given, and contract=theirs for every argument it calls otherwise
    """
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDONLY)
    os.dup2(quiet, 0)  # a target that reads standard input finds it empty
    os.dup2(2, 1)  # and what it prints goes to the file that the judge keeps

    def printed() -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        return os.fstat(2).st_size

    kind, _, name = argument.partition(":")
    try:
        renamed = dict(pair.split("=", 1) for pair in options[1:])
        subject = Library(name) if kind == "library" else Python(load(name), name, (*options, "numpy")[0], renamed)
    except (Exception, SystemExit) as error:
        trace = "".join(traceback.format_exception_only(error)).strip()
        outgoing.write(line({"error": {"kind": "load", "message": trace}}))
        outgoing.flush()
        return
    np.seterr(all="ignore")  # overflow in a target shows in its numbers; its warnings are its own affair
    serve(subject, incoming, outgoing, printed)


if __name__ == "__main__":
    main(*sys.argv[1:])
