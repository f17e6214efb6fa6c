"""A run as JUnit XML: a test suite for each target, a test case for each id, the diagnosis in the text of a failure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from posenc.conformance.stream import Record, Run

MISBEHAVED = ("raised", "signature", "mutated", "none", "exit", "crashed", "hung", "garbled", "oversized")
QUIET = ("unsupported", "untried", "known", "accepted")  # neither a pass nor a failure
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML may hold


def junit(run: Run) -> bytes:
    """The whole file. An expected failure is skipped with its reason; an expectation that does not hold fails."""
    root = Tree.Element("testsuites", name=_text(run.header["target"]))
    results: dict[str, list[Record]] = {}
    for result in run.of("result"):
        results.setdefault(result["target"], []).append(result)
    for target in run.of("target"):
        _suite(root, run, target, results.get(target["target"], []))
    declined = [
        _case("declined", one["operation"], "skipped", f"{one['cases']} cases: {one['reason']}")
        for one in run.of("declined")
    ]
    broken = [
        _case("expectations", one["entry"], "failure", f"{one['kind']}: {one['says']}", one["says"])
        for one in run.of("expectation")
    ]
    for name, cases in (("declined", declined), ("expectations", broken)):
        if cases:
            _counted(Tree.SubElement(root, "testsuite", name=name), cases)
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    Tree.indent(root, " ")
    raw: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return raw + b"\n"


def _suite(root: Tree.Element, run: Run, target: Record, results: Sequence[Record]) -> None:
    suite = Tree.SubElement(root, "testsuite", name=_text(target["target"]))
    said = {name: target[name] for name in ("operation", "convention", "dtype", "grade")}
    said |= {f"implementation.{name}": value for name, value in run.header["implementation"].items()}
    _properties(suite, list(said.items()))
    cases = []
    for result in results:
        case = _case(target["target"], result["id"], *_outcome(target, result))
        units = [] if result["units"] is None else [("units", str(result["units"]))]
        _properties(case, [*(("flag", flag) for flag in result["flags"]), ("state", result["state"]), *units])
        cases.append(case)
    _counted(suite, cases)


def _outcome(target: Record, result: Record) -> tuple[str, str, str]:
    """The element inside a test case: its tag (empty for a pass), message and text."""
    said = result["message"] or result["worst"]
    if result["expected"]:
        return "skipped", f"expected: {result['expected']['reason']} ({result['expected']['issue']})", ""
    if result["state"] in QUIET:
        return "skipped", f"{result['state']}: {said}", ""
    if not result["wrong"]:
        return "", "", ""
    tag = "error" if result["state"] in MISBEHAVED else "failure"
    return tag, f"{result['state']}: {said}", "\n".join([result["worst"], *target["explanation"]]).strip()


def _case(suite: str, name: str, tag: str, message: str, text: str = "") -> Tree.Element:
    case = Tree.Element("testcase", classname=_text(suite), name=_text(name), time="0")
    if tag:
        inside = Tree.SubElement(case, tag, message=_text(message))
        if tag != "skipped":
            inside.set("type", message.partition(":")[0])
            inside.text = _text(text)
    return case


def _properties(parent: Tree.Element, pairs: Sequence[tuple[str, str]]) -> None:
    properties = Tree.Element("properties")
    for name, value in pairs:
        Tree.SubElement(properties, "property", name=name, value=_text(value))
    parent.insert(0, properties)


def _counted(suite: Tree.Element, cases: Sequence[Tree.Element]) -> None:
    suite.extend(cases)
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))


def _text(value: str) -> str:
    """What XML can hold of a text; the rest is shown as escapes."""
    return FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], str(value))
