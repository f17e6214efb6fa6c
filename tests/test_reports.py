"""Reports: one stream, and what is made of it, each seen to refuse what is cut off and to survive what is hostile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.conformance.by_position import by_position
from posenc.conformance.entries import Expectation
from posenc.conformance.expectations import Problem, Verdict
from posenc.conformance.junit import junit
from posenc.conformance.matrix import page
from posenc.conformance.matrix.cells import rounded
from posenc.conformance.matrix.reproducer import SHORT, reproducer
from posenc.conformance.stream import Run, Truncated, lines, parsed, read
from posenc.conformance.words import COUNTED
from posenc.vectors.tensor import decode, unplain
from runs import DECLINED, NASTY, counted, raw, reports, said

TARGETS = Path(__file__).with_name("targets.py")
EXPECTED = next(result for result in reports()[1].results if result.state == "failed")


ENTRY = Expectation("failed", "a <reason>", "a/b#1", id=EXPECTED.vector.id, diagnosis="rope/bf16-positions")
VERDICT = Verdict({id(EXPECTED): ENTRY}, {}, [Problem("rope.rotate/x", "stale", "passes & <passes>")])


def run() -> Run:
    return parsed(raw(), "run")


# --- the stream ----------------------------------------------------------------------------------------------------


def test_every_record_fits_its_schema_and_others_do_not() -> None:
    schema = json.loads((spec.folder("spec") / "schema" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    found = Counter[str]()
    for line in lines(iter(said(VERDICT))).splitlines():
        record = json.loads(line)
        kind = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{record['record']}", "$defs": schema["$defs"]})
        kind.validate(record)
        found[record["record"]] += 1
        assert not kind.is_valid({name: value for name, value in record.items() if name != "record"})
        assert not kind.is_valid(record | {"more": 1})
    assert set(found) == {reference["$ref"].rpartition("/")[2] for reference in schema["oneOf"]}


def test_the_same_run_gives_the_same_bytes_and_comes_back() -> None:
    assert lines(iter(said())) == raw()
    back = run()
    assert [target["target"] for target in back.of("target")] == ["right", "wrong", "lost", "nothing"]
    assert len(back.of("result")) == sum(len(report.results) for report in reports())
    names = Counter((one["target"], one["id"]) for one in back.of("result"))
    assert set(names.values()) == {1}
    assert {one["case"] for one in back.of("result")} == {case["case"] for case in back.of("case")}


def test_a_run_that_was_cut_off_is_read_by_nobody(tmp_path: Path) -> None:
    whole = raw().splitlines(keepends=True)
    cuts = {
        "no footer": b"".join(whole[:-1]),
        "half a footer": raw()[:-20],
        "no last newline": raw()[:-1],
        "a line less": b"".join([*whole[:5], *whole[6:]]),
        "a line twice": b"".join([*whole[:5], *whole[4:]]),
        "only the header": whole[0],
        "something after the footer": raw() + b"{",
    }
    for what, cut in cuts.items():
        (tmp_path / "cut.jsonl").write_bytes(cut)
        with pytest.raises(Truncated):
            read(tmp_path / "cut.jsonl")
        run = CliRunner().invoke(app, ["report", str(tmp_path / "cut.jsonl"), "-o", str(tmp_path / "page.html")])
        assert isinstance(run.exception, Truncated), what
        assert [path.name for path in tmp_path.iterdir()] == ["cut.jsonl"], what


@pytest.mark.parametrize("what", [b"", b"\n", b"{}\n", b"no json\n", b'{"record": "footer", "lines": 0}\n', b"[1]\n"])
def test_what_is_no_report_is_said(what: bytes) -> None:
    with pytest.raises(ValueError, match="report: "):
        parsed(what, "x")
    with pytest.raises(ValueError, match=r"line 3 of x is b'\{\"record\": 1"):
        parsed(b"".join([*raw().splitlines(keepends=True)[:2], b'{"record": 1\n']), "x")


def test_everything_is_counted_and_adds_up() -> None:
    totals = run().footer["totals"]
    assert totals == counted()
    assert list(totals)[:6] == ["required", *COUNTED]
    assert totals["required"] == sum(totals.values()) - totals["required"]
    assert (totals["declined"], totals["crashed"]) == (18, 1)
    assert totals["required"] == sum(len(report.results) for report in reports()) + DECLINED["alibi.bias"][0]


def test_error_against_position() -> None:
    wrong = reports()[1]
    for result in wrong.results:
        points = by_position(wrong.subject, result)
        if result.answered and np.asarray(result.vector.case.inputs["x"]).size:
            assert max(units for _, units in points) == result.units
            assert {p for p, _ in points} <= set(np.ravel(result.vector.case.inputs["positions"]).tolist())
    far = next(result for result in wrong.results if result.vector.id == "rope.rotate/bf16-257-259")
    bad = [position for position, units in by_position(wrong.subject, far) if units > 8]
    assert bad
    assert min(bad) > 256


# --- JUnit ---------------------------------------------------------------------------------------------------------


def tree() -> Tree.Element:
    """The run with one failure expected and one expectation stale, parsed back."""
    try:
        return Tree.fromstring(junit(parsed(lines(iter(said(VERDICT))), "run")))
    except Tree.ParseError as error:
        pytest.fail(f"no XML: {error}")


def test_junit_has_a_test_case_for_each_id() -> None:
    root = tree()
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["right", "wrong", "lost", "nothing", "declined", "expectations"]
    for report in reports():
        cases = suites[report.subject.name].findall("testcase")
        assert [case.get("name") for case in cases] == [result.vector.id for result in report.results]
    for parent, children in [(root, list(root)), *((suite, suite.findall("testcase")) for suite in root)]:
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            inside = [int(c.get(kind, 0)) if parent is root else c.find(tag) is not None for c in children]
            assert int(parent.get(kind, -1)) == sum(inside)
    assert int(root.get("tests", 0)) == len(root.findall("*/testcase"))
    totals = counted()
    assert (root.get("failures"), root.get("errors")) == (str(totals["failed"] - 1 + 1), "1")  # one expected, one stale


def test_junit_says_why() -> None:
    root = tree()
    cases = {(c.get("classname"), c.get("name")): c for c in root.iter("testcase")}
    failures = [case for (suite, _), case in cases.items() if suite == "wrong" and case.find("failure") is not None]
    assert len(failures) == 11
    assert any(p.get("value") == "Bf16Trap" for case in failures for p in case.iter("property"))
    for case in failures:
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("type") == "failed"
        assert "cause: your output equals rope/bf16-positions; you declared rope/halves" in (failure.text or "")
        properties = {(p.get("name"), p.get("value")) for p in case.iter("property")}
        assert ("state", "failed") in properties
        assert {value for name, value in properties if name == "flag"} <= set(spec.flags())
    skipped = cases["wrong", EXPECTED.vector.id].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "expected: a <reason> (a/b#1)"
    lost = next(case for case in root.iter("testcase") if case.find("error") is not None)
    message = lost.find("error").get("message")  # type: ignore[union-attr]
    assert "<script>alert('&')</script> ]]> \\x00\\x1b[1m" in str(message)


# --- the page ------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a page holds: its tags in order, with attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def embedded(text: str) -> Any:
    """The JSON of a page."""
    return json.loads(text.partition('<script id="data" type="application/json">')[2].partition("</script>")[0])


def test_the_page_needs_nothing_else() -> None:
    text = page([run()])
    assert "://" not in text
    assert not re.search(r"\b(src|href|action)\s*=|@import|url\(", text)
    assert "default-src 'none'" in text
    assert "[[" not in text.replace('data":[[', "").partition("<script>")[0].partition('json">')[0]
    assert len(text) / len(run().of("result")) * 1500 < 2e6  # a library of 1500 results


def test_the_page_can_be_read_aloud_and_by_keyboard() -> None:
    reader = Reader(page([run(), run()]))
    assert reader.tags[0] == ("html", {"lang": "en"})
    assert [attributes.get("name") for attributes in reader.of("meta")][1:3] == ["viewport", "color-scheme"]
    assert all(attributes.get("scope") in ("col", "row", "rowgroup") for attributes in reader.of("th"))
    cells = [attributes for attributes in reader.of("button") if attributes.get("data-run")]
    assert len(cells) > 30
    assert all("rope.rotate" in str(c["aria-label"]) or "alibi.bias" in str(c["aria-label"]) for c in cells)
    names = [attributes["id"] for _, attributes in reader.tags if attributes.get("id")]
    assert len(names) == len(set(names))
    for tag in ("main", "h1", "caption", "label", "dialog", "noscript"):
        assert reader.of(tag), tag
    assert "prefers-color-scheme: dark" in page([run()])


def test_cells_say_what_the_results_say() -> None:
    reader = Reader(page([parsed(lines(iter(said(VERDICT))), "run")]))
    shown = {
        (re.findall(r"[a-z]+\.[a-z]+", str(attributes["aria-label"]))[0], attributes["data-flag"]): text.strip()
        for (tag, attributes), text in zip(reader.tags, reader.texts, strict=True)
        if tag == "button" and attributes.get("data-run")
    }
    assert shown["rope.rotate", ""] == "✗ 11 of 135"
    assert shown["alibi.bias", ""].startswith("✗ 1 of ")
    assert {flag for operation, flag in shown if operation == "rope.rotate"} > {"", "Bf16Trap", "PairLayout"}
    assert [rounded(units) for units in (0.0123, 7.96, 1234.5, float("inf"))] == ["0.012", "8", "1.2e+03", "∞"]


def test_hostile_text_stays_text() -> None:
    text = page([parsed(lines(iter(said(VERDICT))), "run")])
    assert "<script>alert" not in text
    assert text.count("</script>") == 2
    assert "not in its &lt;profile&gt;" in text
    assert "passes &amp; &lt;passes&gt;" in text
    message = next(one["message"] for one in embedded(text)["runs"][0]["results"] if one["state"] == "crashed")
    assert message == NASTY.replace("\udc80", "?")


def test_every_cell_has_what_it_opens() -> None:
    data = embedded(page([run()]))
    for result, whole in zip(data["runs"][0]["results"], run().of("result"), strict=True):
        assert result.get("units") == whole["units"]
        assert result.get("wrong", False) == whole["wrong"]
        assert result["case"] in data["cases"]
        assert 0 <= result["target"] < len(data["runs"][0]["targets"])


@pytest.mark.parametrize("long", [False, True])
def test_a_reproducer_makes_the_same_bits(long: bool) -> None:
    """Short inputs stand in it word by word, long ones are read from the vectors."""
    tried = 0
    for case in run().of("case"):
        operation = case["case"].partition(".")[2].partition("/")[0]
        if (sum(len(tensor["bits"]) for tensor in case["in"].values()) > SHORT) != long:
            continue
        tried += 1
        asked: dict[str, Any] = {}
        exec(reproducer(case), {operation: lambda asked=asked, **values: asked.update(values)})
        for name, tensor in case["in"].items():
            found = np.asarray(asked.pop(name))
            assert (found.shape, found.tobytes()) == (tuple(tensor["shape"]), decode(tensor).tobytes())
        params = {name: unplain(value) for name, value in case["params"].items() if value is not None}
        assert repr(asked) == repr(params)
        if long and tried == 2:
            break
    assert tried


def test_the_page_in_a_browser(tmp_path: Path) -> None:
    """Every cell opens, the filter filters, and nothing is said on the console: the page tries it and says so."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium")
    (tmp_path / "page.html").write_text(page([run()]), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"]
    options += ["--virtual-time-budget=5000", "--enable-logging=stderr", "--v=0", "--dump-dom"]
    address = (tmp_path / "page.html").as_uri()
    done = subprocess.run([browser, *options, f"{address}#selftest"], capture_output=True, text=True, timeout=120)
    title = re.search("<title>([^<]*)", done.stdout)
    assert title
    assert re.fullmatch(r"fine: (\d+) of \1 cells, [1-9]\d* plots, rows 0 \d+ \d+, 0 errors ", title[1]), title[1]
    assert "CONSOLE" not in done.stderr


# --- the commands --------------------------------------------------------------------------------------------------


def test_the_commands_write_whole_files_and_never_over_others(tmp_path: Path) -> None:
    files = {name: tmp_path / f"run.{name}" for name in ("jsonl", "xml", "html")}
    target = ["check", f"{TARGETS}:bloom", "--op", "alibi.bias", "--convention", "alibi/key-only", "--search", "0"]
    asked = [*target, "--no-sessions", "--jsonl", str(files["jsonl"]), "--junit", str(files["xml"])]
    done = CliRunner().invoke(app, asked)
    assert (done.exit_code, read(files["jsonl"]).footer["exit"]) == (0, 0)
    assert "required " in done.output
    assert "passed " in done.output
    assert "crashed 0" in done.output
    assert Tree.parse(files["xml"]).getroot().get("failures") == "0"
    again = CliRunner().invoke(app, asked)
    assert isinstance(again.exception, FileExistsError)
    shown = ["report", str(files["jsonl"]), "-o", str(files["html"])]
    assert CliRunner().invoke(app, shown).exit_code == 0
    assert "alibi.bias" in files["html"].read_text(encoding="utf-8")
    assert isinstance(CliRunner().invoke(app, shown).exception, FileExistsError)
    assert CliRunner().invoke(app, [*shown, "--force"]).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.html", "run.jsonl", "run.xml"]
    back = CliRunner().invoke(app, ["report", str(files["jsonl"]), "-o", str(files["xml"]), "--force"])
    assert back.exit_code == 0
    told = json.loads(CliRunner().invoke(app, [*shown, "--force", "--json"]).stdout)
    assert told["runs"][str(files["jsonl"])]["passed"] == 10
    assert told["bytes"] == files["html"].stat().st_size


def test_what_cannot_be_judged_leaves_no_file(tmp_path: Path) -> None:
    written = ["--jsonl", str(tmp_path / "a.jsonl"), "--junit", str(tmp_path / "a.xml")]
    done = CliRunner().invoke(app, ["check", "cmd:no-such-program", *written])
    assert (done.exit_code, list(tmp_path.iterdir())) == (3, [])
    done = CliRunner().invoke(app, ["check", "x:y", "--jsonl", str(tmp_path / "a"), "--junit", str(tmp_path / "a")])
    assert "needs two names" in str(done.exception)
    for name in ("page.pdf", "page.xml"):
        done = CliRunner().invoke(app, ["report", "a.jsonl", "b.jsonl", "-o", str(tmp_path / name)])
        assert "needs .html, or .xml of one run" in str(done.exception)
