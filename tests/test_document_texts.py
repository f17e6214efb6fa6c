"""The pages of five documents, held against the documents: phrases, lines, coverage, and listings that are run.

The documents are no part of the repository: POSENC_DOCUMENTS names a folder with files 000*, ..., 004*. A page that was
tampered with is refused here as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posenc import axial, learned, rope, shaw, sinusoidal, spec

Table = dict[str, Any]
FOLDER = os.environ.get("POSENC_DOCUMENTS", "")
NUMBERS = spec.documents()
PAGES = {number: spec.document(number) for number in NUMBERS}
pytestmark = pytest.mark.skipif(not FOLDER, reason="POSENC_DOCUMENTS names no folder with the documents")

PICTURE = re.compile(r"!\[\]\(|^(img|image-\d+|在这里插入图片描述|深度解析.*AI\.x社區)\s*$")
CODE = re.compile(
    r"^\s*(import |from \w+ import|def |class |return\b|self\.|for |if .*:$|assert |print\(|[\w.]+(\[.*\])? [+/*]?= )"
)
CODES = ("formula", "listing", "output")
SENTENCE = re.compile(r"(?<=[。!；;])|(?<=\. )")


def raw(number: str) -> bytes:
    (path,) = Path(FOLDER).glob(f"{number}*")
    return path.read_bytes()


def text_lines(number: str) -> list[str]:
    return raw(number).decode("utf-8").split("\n")


def plain(text: str) -> str:
    return " ".join(text.split())


def part(number: str, one: Table) -> str:
    start, end = one["lines"]
    return "\n".join(text_lines(number)[start - 1 : end]) + "\n"


def inside(ranges: list[Table]) -> set[int]:
    return {line for one in ranges for line in range(one["lines"][0], one["lines"][1] + 1)}


# --- phrases and lines ---------------------------------------------------------------------------------------------


def misquoted(number: str, page: Table) -> list[str]:
    """Phrases that are not verbatim in the lines that they are said to be in."""
    quoted = [(one, one["phrase"]) for one in page["statement"]]
    quoted += [(one, word) for one in page["passed"] for word in one.get("words", ())]
    return [phrase for one, phrase in quoted if plain(phrase) not in plain(part(number, one))]


def uncovered(number: str, page: Table) -> list[int]:
    """Lines with something on them that neither a statement nor a passage without one holds."""
    covered = inside([*page["statement"], *(one for one in page["passed"] if "words" not in one)])
    return [n for n, line in enumerate(text_lines(number), 1) if line.strip() and n not in covered]


def unread(number: str, page: Table) -> list[str]:
    """Sentences of prose that no phrase touches; questions are let pass."""
    text = text_lines(number)
    other = [one for one in page["statement"] if one["kind"] in CODES and "part_of" not in one]
    prose = inside(page["statement"]) - inside([one for one in page["passed"] if "words" not in one]) - inside(other)
    prose -= {
        n for one in page["statement"] if "part_of" in one for n in range(one["lines"][0] + 1, one["lines"][1] + 1)
    }
    phrases = [one["phrase"] for one in page["statement"]] + [w for one in page["passed"] for w in one.get("words", ())]
    whole, place, found = plain("\n".join(text)), 0, []
    read = [(m.start(), m.end()) for phrase in phrases for m in re.finditer(re.escape(plain(phrase)), whole)]
    for n, line in enumerate(text, 1):
        for sentence in map(plain, SENTENCE.split(line)):
            start = whole.index(sentence, place)
            place = start + len(sentence)
            asked = sentence.endswith(("?", "？")) or PICTURE.search(line) or len(sentence) < 4
            if n in prose and not asked and not any(a < place and b > start for a, b in read):
                found.append(sentence)
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_the_document_is_the_one_that_was_read(number: str) -> None:
    head = PAGES[number]["document"]
    assert hashlib.sha256(raw(number)).hexdigest() == head["digest"]
    assert len(raw(number).decode("utf-8").splitlines()) == head["lines"]


@pytest.mark.parametrize("number", NUMBERS)
def test_phrases_are_verbatim(number: str) -> None:
    assert misquoted(number, PAGES[number]) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_statements_are_in_the_order_of_the_document(number: str) -> None:
    places = []
    for one in PAGES[number]["statement"]:
        before = plain("\n".join(text_lines(number)[: one["lines"][0] - 1]))
        places.append((one["lines"][0], len(before) + plain(part(number, one)).index(plain(one["phrase"]))))
    assert places == sorted(places)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_line_is_covered(number: str) -> None:
    assert uncovered(number, PAGES[number]) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_every_sentence_is_read(number: str) -> None:
    assert unread(number, PAGES[number]) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_formulas_code_and_pictures_are_counted(number: str) -> None:
    text, page = text_lines(number), PAGES[number]
    assert sum(bool(PICTURE.search(line)) for line in text) == page["document"]["figures"]
    code = inside([one for one in page["statement"] if "listings" in one])
    assert [n for n, line in enumerate(text, 1) if CODE.match(line) and n not in code] == []
    formulas = inside([one for one in page["statement"] if "formulas" in one])
    display = [n for n, line in enumerate(text, 1) if re.search(r"\\begin\{|\\frac|=.*\\sqrt|_\{\(pos", line)]
    assert [n for n in display if n not in formulas] == []


def test_a_tampered_page_is_refused() -> None:
    page: Table = {"document": {}, "statement": [dict(one) for one in PAGES["003"]["statement"]], "passed": []}
    page["statement"][3]["phrase"] += "!"
    assert misquoted("003", page) == [page["statement"][3]["phrase"]]
    assert uncovered("003", page) != []
    page["passed"] = PAGES["003"]["passed"]
    assert uncovered("003", page) == []
    page["statement"] = [one for one in page["statement"] if one["id"] != "high_channels_alike"]
    assert uncovered("003", page) == []
    assert unread("003", page) == ["高纬度的位置编码差别不大。"]


# --- listings are run ----------------------------------------------------------------------------------------------

LISTINGS = [(n, one) for n in NUMBERS for one in PAGES[n]["statement"] if "listings" in one]
RUN = [(number, one["listings"][0]) for number, one in LISTINGS if "runs" in one]


def entry(number: str, listing: int) -> Table:
    return next(one for n, one in LISTINGS if n == number and listing in one["listings"])


def mended(number: str, listing: int) -> str:
    source, one = part(number, entry(number, listing)), entry(number, listing)
    for old, new in one.get("mend", ()):
        assert old in source, f"{number}, listing {listing}: {old!r} is not there"
        source = source.replace(old, new)
    return source


def code_of(number: str, listing: int) -> str:
    """The listing without the words that lead up to it."""
    lines = part(number, entry(number, listing)).split("\n")
    start = next(n for n, line in enumerate(lines) if not re.search(r"[\u4e00-\u9fff]", line.split("#")[0]) and line)
    return "\n".join(lines[start:])


def happens(source: str, names: Table) -> str:
    try:
        exec(compile(source, "listing", "exec"), names)
    except Exception as error:  # what it is, is the question
        return type(error).__name__
    return "yes"


def before(number: str, listing: int) -> Table:
    """What the listings before this one leave behind, each mended."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    names: Table = {"torch": torch, "nn": torch.nn}
    for other in range(1, listing):
        one = entry(number, other)
        if one.get("runs", "no") == "yes" or "mend" in one:
            happens(mended(number, other), names)
    return names


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("number", "listing"), RUN)
def test_listings_do_as_printed_what_the_page_says(number: str, listing: int) -> None:
    names = before(number, listing)
    if (number, listing) == ("002", 7):
        names["input_ids"] = [0, 133, 2119, 6219, 23602, 13855, 81, 5, 22414, 2335, 4, 2]
    if (number, listing) == ("002", 9):
        happens(code_of(number, 8), names)  # as printed
    assert happens(code_of(number, listing), names) == entry(number, listing)["runs"]
    if "mend" in entry(number, listing) and entry(number, listing)["runs"] != "yes":
        assert happens(mended(number, listing), before(number, listing)) == "yes"


@pytest.mark.parametrize(("number", "one"), [(n, one) for n, one in LISTINGS if "part_of" in one])
def test_fragments_repeat_lines_of_their_listing(number: str, one: Table) -> None:
    whole = {line.strip() for line in part(number, entry(number, one["part_of"])).split("\n")}
    lines = [line.strip() for line in code_of(number, one["listings"][0]).split("\n") if line.strip()]
    assert lines
    assert set(lines) <= whole


def _attention(names: Table) -> None:
    torch = names["torch"]
    module, x = names["RelativeSelfAttention"](8, 2, 3).double(), torch.randn(2, 5, 8, dtype=torch.float64)
    q, k, v = (f(x).view(2, 5, 2, 4).transpose(1, 2).detach().numpy() for f in (module.query, module.key, module.value))
    keys = module.relative_pos_embedding.relative_embeddings.weight.detach().numpy()
    for b, found in enumerate(module(x).detach().numpy()):
        right = shaw.attend(q[b], k[b], v[b], keys, 0 * keys, np.ones((2, 5, 5), dtype=bool), 2, 2)
        assert np.allclose(found, np.swapaxes(right, 0, 1).reshape(5, 8), atol=1e-12)


def _roberta(names: Table) -> None:
    config = pytest.importorskip("transformers").RobertaConfig(vocab_size=20, hidden_size=4)
    torch = names["torch"]
    names["create_position_ids_from_input_ids"] = lambda ids, pad, past: torch.tensor(
        learned.ids((ids != pad).numpy(), pad=pad, past=past, rule="padding-aware"))  # fmt: skip
    module, ids = names["RobertaEmbeddings"](config).eval(), torch.tensor([[0, 5, 7, 2, 1, 1]])
    places = [2, 3, 4, 5, 1, 1]
    total = module.word_embeddings(ids) + module.position_embeddings(torch.tensor([places]))
    assert torch.allclose(module(ids), module.LayerNorm(total + module.token_type_embeddings(0 * ids)), atol=1e-6)
    assert not torch.allclose(module(ids), total, atol=0.1)
    assert not module.position_embeddings.weight[1].any()
    assert "position_ids" not in module.state_dict()


def _rotary(names: Table) -> None:
    torch, positions = names["torch"], [0, 1, 5]
    cos, sin = rope.table(positions, 8)
    x = torch.randn(2, 3, 3, 8, dtype=torch.float64)
    table = torch.tensor(np.concatenate([sin, cos], axis=-1))[None, None]
    right = rope.rotate(x.numpy(), positions, pairing="interleaved")
    for turned in names["apply_rotary_position_embeddings"](table, x, x, x):
        assert np.allclose(turned.numpy(), right, atol=1e-12)


def _sinusoids(names: Table) -> None:
    assert np.abs(names["embedding"].numpy() - sinusoidal.table(np.arange(10), 8)).max() < 1e-6


def _zeros(names: Table) -> None:
    weight = names["create_1d_absolute_trainable_embedding"](names["torch"].arange(3), 4).weight
    assert weight.shape == (3, 4)
    assert weight.requires_grad
    assert not weight.any()


def _rows_and_columns(names: Table) -> None:
    torch = names["torch"]
    module, x = names["RelativePositionEmbedding2D"]((4, 6), (2, 2), 8), torch.randn(2, 6, 8)
    tables = (module.row_embeddings.weight.detach().numpy(), module.col_embeddings.weight.detach().numpy())
    assert np.allclose(module(x).detach().numpy(), axial.add(x.numpy(), *tables), atol=1e-6)


MENDED: dict[tuple[str, int], Callable[[Table], None]] = {
    ("002", 1): _roberta,
    ("002", 8): _attention,
    ("002", 11): _attention,
    ("002", 14): _rotary,
    ("004", 1): _sinusoids,
    ("004", 2): _zeros,
    ("004", 3): _rows_and_columns,
}


def test_every_mended_listing_has_its_comparison() -> None:
    assert {(number, one["listings"][0]) for number, one in LISTINGS if "mend" in one} == set(MENDED)


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("number", "listing"), MENDED)
def test_mended_listings_are_the_references(number: str, listing: int) -> None:
    names = before(number, listing)
    assert happens(mended(number, listing), names) == "yes"
    MENDED[number, listing](names)


@pytest.mark.peers
def test_what_is_called_as_printed() -> None:
    called = {(n, one["listings"][0]): one["called"] for n, one in LISTINGS if "called" in one}
    names = before("002", 11)
    assert happens(code_of("002", 11), names) == "yes"
    torch, found = names["torch"], {}
    out = names["RelativeSelfAttention"](8, 2, 3)(torch.randn(2, 5, 8))
    assert torch.allclose(out, out[:, :1].expand_as(out), atol=1e-5), "every position gets the same"
    found["002", 11] = "yes"
    names = before("002", 8)
    happens(code_of("002", 8), names)
    found["002", 8] = happens("RelativeSelfAttention(8, 2, 3)(torch.randn(2, 5, 8))", names)
    names = before("004", 3)
    happens(code_of("004", 3), names)
    found["004", 3] = happens("RelativePositionEmbedding2D((4, 6), (2, 2), 8)(torch.randn(2, 6, 8))", names)
    assert found == {place: says for place, says in called.items() if place in found}
    assert {place for place, says in called.items() if says != "yes"} <= set(found)


# --- what listings printed -----------------------------------------------------------------------------------------


def printed(output: int) -> str:
    return part("002", next(one for one in PAGES["002"]["statement"] if output in one.get("outputs", ())))


@pytest.mark.peers
def test_the_printed_configuration_is_the_default() -> None:
    config = pytest.importorskip("transformers").RobertaConfig()
    said = json.loads(printed(1).replace("RobertaConfig", ""))
    gone = {"position_embedding_type", "transformers_version", "model_type"}  # of the class, or of the release
    assert {key: getattr(config, key) for key in said.keys() - gone} == {key: said[key] for key in said.keys() - gone}
    assert learned.capacity(said["max_position_embeddings"], pad=said["pad_token_id"], rule="padding-aware") == 510


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
def test_the_printed_module_is_that_of_the_mended_listing() -> None:
    found = repr(before("002", 6)["emb"]).replace(", bias=True", "")
    assert plain(found) == plain(printed(2))


def test_the_printed_numbers() -> None:
    tokens, ids = (json.loads(line[line.index("[") :].replace("'", '"')) for line in printed(3).strip().split("\n"))
    assert (len(tokens), len(ids)) == (10, 12)
    assert learned.ids(np.ones((1, len(ids)), dtype=bool), pad=1, rule="padding-aware").tolist() == [[*range(2, 14)]]
    assert "-0.0000" in printed(4)
