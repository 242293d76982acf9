"""One apology for many: tables, rows and letters through Python and the browser's twins, and `tillit letters`.

What a case holds stands at the top of tests/cases/letters/tables.yml.
"""

from __future__ import annotations

import base64
import csv
import errno
import functools
import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, SEED, ours, size
from planted import MESSAGES, Texts, cases
from playwright.sync_api import Browser, Page, expect

from macros import cli, composer, letters, letters_report, library, many, tables
from macros.languages import language

CASES = cases("letters")
SITUATION = "trial"
SMS = {"da": "Hej {customer_name}. Du får {amount} i dag.", "sv": "Hej {customer_name}. Du får {amount} i dag."}
SMS |= {"nb": "Hei {customer_name}. Du får {amount} i dag."}
EMAIL = (
    "Kommer senest {promised_date} til {affected_count}. Du får {amount}.",
    "- {cause}\n- Ring {contact_phone} før {reply_by}",
)


@functools.cache
def known() -> dict[str, Any]:
    """Our own fields, forms and words, with short texts in place of our apologies; Norwegian has no e-mail."""
    edition = library.load(ROOT, asked=["playbooks/apologies/late-delivery.da.md"]).edition("internal")
    texts = {name: composer.data(edition, name) for name in edition.languages}
    for name, data in texts.items():
        channels = {"sms": [{"text": SMS[name]}]}
        if name != "nb":
            channels["email"] = [{"text": text} for text in EMAIL]
        data["apologies"] = {SITUATION: {"subject": "Til {customer_name}", "channels": channels, "leaves": {}}}
        del data["rules"]
    return many.known(edition, composer.homes(edition), texts)


# Both twins answer in the same shape ----------------------------------------------------------------------------------


def raw(case: dict[str, Any]) -> bytes:
    if "bytes" in case:
        return case["bytes"].encode("latin-1")
    return case["table"].encode(case.get("encoding", "utf-8"))


def asked(case: dict[str, Any]) -> dict[str, Any]:
    chosen = {"situation": SITUATION, "language": "da", "country": "", "channel": "sms", **case.get("choice", {})}
    values = {name: str(value) for name, value in case.get("values", {}).items()}
    return {"raw": raw(case), "choice": {**chosen, "values": values}, "map": case.get("map")}


def python(raw: bytes, choice: dict[str, Any], map: list[str] | None) -> dict[str, Any]:
    """All that is made of a file."""
    try:
        table = tables.read(raw)
        meanings = map or letters.targets(table.header, known(), SITUATION)
    except tables.Unreadable as error:
        return {"refuses": error.key, "values": error.values}
    batch = letters.Batch(table.header, meanings, known(), letters.Choice(**choice))
    made = [letter for number, cells in table.rows if (letter := batch.add(number, cells))]
    problems = [[one.row, one.column, one.field, one.key, one.found, one.values] for one in batch.problems]
    return {
        "header": table.header,
        "meanings": meanings,
        "notes": table.notes,
        "key": batch.key,
        "problems": problems,
        "left": [[number, cells, len(found)] for number, cells, found in batch.left_out],
        "used": [[one.language, one.channel, one.letters, one.first.row] for one in batch.used.values()],
        "made": [[one.row, one.language, one.country, one.channel] for one in made],
        "lines": [tables.line(batch.titles()), *(tables.line(one.cells) for one in made)],
        "picks": [list(one) for one in batch.picks(zlib.adler32(raw))],
    }


BROWSER = """([encoded, choice, map]) => {
  const { tables, letters } = Tillit;
  const raw = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
  let table, meanings;
  try {
    table = tables.read(raw);
    meanings = map ?? letters.targets(table.header, known, choice.situation);
  } catch (error) {
    if (!(error instanceof tables.Unreadable)) throw error;
    return { refuses: error.key, values: error.values };
  }
  const batch = new letters.Batch(table.header, meanings, known, choice);
  const made = table.rows.map(([number, cells]) => batch.add(number, cells)).filter(Boolean);
  return {
    header: table.header, meanings, notes: table.notes, key: batch.key,
    problems: batch.problems.map((one) => [one.row, one.column, one.field, one.key, one.found, one.values]),
    left: batch.leftOut.map(([number, cells, found]) => [number, cells, found.length]),
    used: [...batch.used.values()].map((one) => [one.language, one.channel, one.letters, one.first.row]),
    made: made.map((one) => [one.row, one.language, one.country, one.channel]),
    lines: [batch.titles(), ...made.map(letters.cells)].map(tables.line),
    picks: batch.picks(tables.sum(raw)),
  };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """An empty page with the twins in it."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_content("<!doctype html><title>letters</title>")
    for name in ("vendor/papaparse.min", "js/tables", "js/formats", "js/letters"):
        opened.add_script_tag(path=ROOT / "docs" / "assets" / "tools" / f"{name}.js")
    opened.evaluate("data => { window.known = data; }", known())
    yield opened
    context.close()


def in_browser(page: Page, raw: bytes, choice: dict[str, Any], map: list[str] | None) -> dict[str, Any]:
    return page.evaluate(BROWSER, [base64.b64encode(raw).decode(), choice, map])


@pytest.mark.parametrize("name", CASES)
def test_a_table_becomes_what_its_case_says(name: str, page: Page) -> None:
    """Every message made, every row left out with its reason, and the same in Python and in the browser."""
    case = CASES[name]
    found = python(**asked(case))
    assert in_browser(page, **asked(case)) == found
    assert found.get("refuses") == case.get("refuses")
    if "refuses" in found:
        return
    title = lambda column: found["header"][column] if column >= 0 else "-"  # noqa: E731
    assert [" ".join(map(str, one)) for one in found["made"]] == case.get("made", [])
    left = [f"{row} {title(column)} {key} {value}".strip() for row, column, _, key, value, _ in found["problems"]]
    assert left == case.get("left", [])
    assert found["notes"] == case.get("notes", [])
    if "key" in case:
        assert (title(found["key"]) if found["key"] >= 0 else None) == case["key"]
    rows = {one[0]: line for one, line in zip(found["made"], found["lines"][1:], strict=True)}
    for row, words in case.get("says", {}).items():
        assert words.replace("~", "\u00a0").replace('"', '""') in rows[row]
    for row, words in case.get("html", {}).items():
        assert words in rows[row]
    for row, cells in case.get("carries", {}).items():
        assert rows[row].startswith(tables.line(cells).removesuffix("\r\n")), rows[row]


# Both twins, whatever the file ----------------------------------------------------------------------------------------

SIGNS = [*";,\t\n\"'=\u00a0\u200b\U0001f600æßİ€ 0", "\r\n", "kr", "{amount}"]


def test_the_browser_makes_of_any_file_what_python_makes(page: Page) -> None:
    """Files with cells, signs and bytes out of their places: the same letters, problems and previews, to the last."""
    dice = random.Random(SEED)
    for _ in range(size(150, 3000)):
        case = asked(CASES[dice.choice(sorted(CASES))])
        signs = list(case["raw"].decode("utf-8", "replace"))
        for _ in range(dice.randrange(1, 6)):
            signs.insert(dice.randrange(len(signs) + 1), dice.choice(SIGNS))
        text = "".join(signs * dice.choice([1, 1, 3]))
        if re.search(r'"[^\S\r\n]', text):  # Papa forgives blanks after a closing quotation mark
            continue
        case["raw"] = text.encode(dice.choice(["utf-8", "utf-8", "utf-16"]))
        case["map"] = None
        assert in_browser(page, **case) == python(**case)


# Words ----------------------------------------------------------------------------------------------------------------


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("group", ["problems", "files", "notes", "picks", "titles", "command"])
def test_what_the_command_says_is_there_in_english_too(group: str) -> None:
    """With the same values to fill in as in the languages of texts."""
    there, here = language("en").table(f"letters.{group}"), language("da").table(f"letters.{group}")
    assert {key: placeholders(words) for key, words in there.items()} == {
        key: placeholders(words) for key, words in here.items()
    }


def test_every_word_of_the_tool_and_the_command_is_shown_somewhere() -> None:
    """A word nobody sees is deleted in every language."""
    files = [ROOT / "macros" / name for name in ("many.html", "letters_report.py")]
    files += [ROOT / "docs" / "assets" / "tools" / "js" / "many.js"]
    shown = "".join(path.read_text(encoding="utf-8") for path in files)
    for group in ("page", "command"):
        words = language("da").table(f"letters.{group}")
        assert [key for key in words if not re.search(rf"[.\"']{key}\b", shown)] == []


def test_every_problem_is_produced_by_a_case() -> None:
    """A message nobody sends is deleted in all four languages, and none is sent without words."""
    expected = {case.get("refuses") for case in CASES.values()}
    expected |= {word for case in CASES.values() for line in case.get("left", []) for word in str(line).split()}
    large = {
        "too-large",
        "many-columns",
        "many-rows",
        "too-long",
        "not-email",
        "no-country",
    }  # below, or not by our texts
    assert set(language("en").table("letters.problems")) - expected <= large
    assert set(language("en").table("letters.files")) - expected <= large


@pytest.mark.parametrize(
    ("raw", "key", "found"),
    [
        pytest.param(b"a;" * 201 + b"a\n1\n", "many-columns", 202, id="columns"),
        pytest.param(b"a\n" + b"1\n" * 50_001, "many-rows", 50_001, id="rows"),
    ],
)
def test_a_table_that_is_too_large_is_said_kindly(raw: bytes, key: str, found: int, page: Page) -> None:
    said = python(raw, {"situation": SITUATION}, None)
    assert (said["refuses"], said["values"]["found"]) == (key, found)
    assert in_browser(page, raw, {"situation": SITUATION}, None) == said


def test_a_file_that_is_too_large_is_not_read(page: Page) -> None:
    """Twenty megabytes; the browser asks before it reads."""
    with pytest.raises(tables.Unreadable) as told:
        tables.read(bytes(tables.LARGEST_FILE + 1))
    said = page.evaluate(
        "size => { try { Tillit.tables.fits(size); } catch ({ key, values }) { return [key, values]; } }",
        tables.LARGEST_FILE + 1,
    )
    assert said == [told.value.key, told.value.values] == ["too-large", {"found": 20, "limit": 20}]


def test_a_cell_that_is_too_long_is_named(page: Page) -> None:
    """Two thousand characters are the limit, in cells that only come along, too."""
    case = asked({"table": f"Navn;Beløb;Note\nKim;250;{'æ' * 2001}\nOle;250;{'😀' * 2000}\n"})
    found = python(**case)
    assert [one[:4] for one in found["problems"]] == [[2, 2, "", "too-long"]]
    assert in_browser(page, **case) == found


def test_a_title_or_cell_without_end_is_no_name_and_freezes_nothing(page: Page) -> None:
    """Marks take minutes to bring in order, and blanks to look for the last of; neither is worth a second."""
    marks, blanks = "a" + "\u0301\u0316" * 100_000, "a" + " " * 1_000_000 + "b"
    case = asked({"table": f"Navn;Beløb;Sprog;{marks};{blanks}\nKim;250;{marks};x;\nOle;250;;x;{blanks}\nEva;250;;;\n"})
    found = python(**case)
    assert [one[:4] for one in found["problems"]][0] == [2, 2, "language", "too-long"]
    assert [one[0] for one in found["made"]] == [4]
    assert in_browser(page, **case) == found


def test_fifty_columns_are_no_problem(page: Page) -> None:
    titles, cells = [f"Kolonne {i}" for i in range(48)], [str(i) for i in range(48)]
    case = asked({"table": f"Navn;Beløb;{';'.join(titles)}\nKim;250;{';'.join(cells)}\n"})
    found = python(**case)
    assert len(found["made"]) == 1 and in_browser(page, **case) == found


# tillit letters -------------------------------------------------------------------------------------------------------

GOOD = "E-mail;Navn;Beløb;Sprog\na@example.com;=Kim;250;dansk\nb@example.com;Eva;1250,50;svensk\n"
BAD = GOOD + "c@example.com;Ole;mange;\nb@example.com;Eva;9;\n"


@pytest.fixture
def project(tmp_path: Path) -> Texts:
    """The small project, whose one apology asks for a name and an amount, by phone or sms."""
    return Texts(tmp_path / "texts")


def tillit(project: Texts, table: str, *args: str, words: str = "en") -> Result:
    """Run the command on this table; anything but its own exit is a failure of the test."""
    file = project.root.parent / "kunder.csv"
    file.write_text(table, encoding="utf-8")
    command = [
        "--root",
        str(project.root),
        "--messages",
        words,
        "letters",
        "late-delivery",
        str(file),
        "--channel",
        "sms",
    ]
    done = CliRunner().invoke(cli.main, [*command, "--language", "da", *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


def rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";", strict=True))


def test_the_command_writes_a_message_for_each_row(project: Texts, tmp_path: Path) -> None:
    done = tillit(project, GOOD, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    [titles, kim, eva] = rows(tmp_path / "out" / "letters.csv")
    assert titles == ["E-mail", "language", "country", "channel", "subject", "text", "html"]
    assert kim[:5] == ["a@example.com", "da", "dk", "sms", ""]
    assert kim[5].endswith("Undskyld, =Kim.") and kim[6].endswith("<p>Undskyld, =Kim.</p>")
    assert "1\u00a0250,50\u00a0kr" in eva[5]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["letters.csv"]


def test_rows_left_out_are_named_and_can_be_mended_and_read_again(project: Texts, tmp_path: Path) -> None:
    """With their numbers as the spreadsheet shows them; formulas are defused on the way out and whole on the way in."""
    done = tillit(project, BAD.replace("mange", "=1+1"), "--out", str(tmp_path / "out"), words="da")
    assert done.exit_code == 1
    assert "Række 4, Beløb: »=1+1« kan ikke bruges som beløb." in done.output
    assert "Række 5, E-mail: Det samme som i række 3." in done.output
    left = rows(tmp_path / "out" / "left-out.csv")
    assert left[0] == ["Række", "Udeladt fordi", "E-mail", "Navn", "Beløb", "Sprog"]
    assert left[1][0] == "4" and left[1][4] == "'=1+1"
    assert len(rows(tmp_path / "out" / "letters.csv")) == 3
    again = (tmp_path / "out" / "left-out.csv").read_text(encoding="utf-8").replace("'=1+1", "50")
    assert tillit(project, again, "--out", str(tmp_path / "again")).exit_code == 0
    assert len(rows(tmp_path / "again" / "letters.csv")) == 3
    assert tillit(project, BAD, "--partly").exit_code == 0


def test_nothing_is_written_over_unless_somebody_says_so(project: Texts, tmp_path: Path) -> None:
    """Also where it is the other file that is there, and without leaving anything half done."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "left-out.csv").write_text("mine")
    done = tillit(project, GOOD, "--out", str(out))
    assert done.exit_code == 2 and "is there already" in done.stderr
    assert [path.read_text() for path in out.iterdir()] == ["mine"]
    assert tillit(project, BAD, "--out", str(out), "--force").exit_code == 1
    assert len(rows(out / "left-out.csv")) == 3
    assert tillit(project, GOOD, "--out", str(out), "--force").exit_code == 0
    assert [path.name for path in out.iterdir()] == ["letters.csv"]  # the rows left out before are not of this table


@pytest.mark.parametrize("other", [GOOD, BAD, "Navn;Beløb\nBo;mange\n"], ids=["letters", "both", "left out"])
def test_of_two_runs_at_once_one_is_refused_and_takes_nothing_from_the_other(
    project: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """The other one begins and ends while the first is at work, with the same folder: whatever it wrote stays."""
    out, lines, theirs = tmp_path / "out", letters_report.left_out_lines, {}

    def meanwhile(*given: object) -> object:
        monkeypatch.setattr(letters_report, "left_out_lines", lines)
        tillit(project, other.replace("Kim", "Bo"), "--out", str(out))
        theirs.update({path: path.read_bytes() for path in out.glob("*.csv")})
        return lines(*given)

    monkeypatch.setattr(letters_report, "left_out_lines", meanwhile)
    done = tillit(project, GOOD, "--out", str(out))
    assert theirs and {path: path.read_bytes() for path in out.iterdir()} == theirs
    assert done.exit_code == 2
    assert "is there already; nothing was written. --force writes over it." in done.stderr


def stopped(project: Texts, table: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own that runs this code first; `lines` is asked when the messages stand."""
    (project.root.parent / "kunder.csv").write_text(table, encoding="utf-8")
    code = (
        "import os, resource, signal; from macros import cli, letters_report; lines = letters_report.left_out_lines\n"
        f"{code}\ncli.run()"
    )
    args = ["letters", "late-delivery", "kunder.csv", "--channel", "sms", "--language", "da", "--out", "out"]
    return subprocess.run(
        [sys.executable, "-c", code, "--root", str(project.root), *args],
        cwd=project.root.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TILLIT_MESSAGES": "en"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_run_that_is_stopped_leaves_no_message_behind(project: Texts, tmp_path: Path) -> None:
    """Polite as of a server that shuts down, when the messages are written and not yet in their place."""
    kill = "letters_report.left_out_lines = lambda *given: os.kill(os.getpid(), signal.SIGTERM) or lines(*given)"
    assert stopped(project, GOOD, kill).returncode == 143
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("customers", "room"),
    [(5, 1000), (500, 1000), (500, 15_000), (500, 30_000)],
    ids=["end", "begin", "way", "farther"],
)
def test_a_full_disk_leaves_no_message_behind(project: Texts, tmp_path: Path, customers: int, room: int) -> None:
    """Said in words, whether it is noticed while writing, when the file is closed, or both times."""
    table = "Navn;Beløb\n" + "".join(f"Kim;{amount}\n" for amount in range(1, customers + 1))
    done = stopped(project, table, f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"out cannot be written: {os.strerror(errno.EFBIG)}\n"
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_folder_the_command_shows_what_it_would_write(project: Texts) -> None:
    done = tillit(project, BAD)
    assert "--- row 2 (first) ---" in done.stdout and "Undskyld, =Kim." in done.stdout
    assert "--- row 3 (at random) ---" in done.stdout
    assert "Messages ready: 2." in done.stderr
    shown = tillit(project, BAD, "--row", "3", "--row", "4").stdout
    assert "--- row 3 (asked for) ---" in shown and "row 4 has no message." in shown and "(first)" not in shown


def test_columns_and_values_can_be_told(project: Texts) -> None:
    table = "Hvem;Penge;Navn\nKim;250;x\n"
    done = tillit(project, table, "--map", "hvem=Kundens navn", "--map", "Penge=amount", "--map", "Navn=")
    assert done.exit_code == 0 and "Undskyld, Kim." in done.stdout
    done = tillit(project, "Navn\nKim\n", "--set", "amount=99", "--set", "amount.da=1250")
    assert "1.250\u00a0kr." in done.stdout


def test_a_column_that_is_lacking_is_told_once_and_how_it_can_be_given(project: Texts) -> None:
    """Not once for each row; the option that mends it is there to copy."""
    said = tillit(project, "Navn\nKim\nBo\nEli\n").stdout
    assert said.count("--set amount=") == 1
    assert "rows that wait for it: 3" in said


def test_the_report_can_be_read_by_a_program(project: Texts, tmp_path: Path) -> None:
    found = json.loads(tillit(project, BAD, "--json", "-", "--out", str(tmp_path / "out")).stdout)
    assert (found["made"], found["left_out"]) == (2, 2)
    assert found["files"] == [str(tmp_path / "out" / name) for name in ("letters.csv", "left-out.csv")]
    assert found["columns"] == {"E-mail": "", "Navn": "customer_name", "Beløb": "amount", "Sprog": "language"}
    assert [(one["row"], one["column"], one["key"]) for one in found["problems"]] == [
        (4, "Beløb", "not-amount"),
        (5, "E-mail", "duplicate"),
    ]
    assert [(one["language"], one["letters"], one["flaws"]) for one in found["templates"]] == []
    assert tillit(project, BAD, "--json", str(tmp_path / "out" / "letters.csv")).exit_code == 2


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--map", "Navn"], "Navn: write it as Column=field."),
        (["--map", "Alder=amount"], "Alder is no column of the file."),
        (["--map", "Navn=alder"], "alder is no field of this text."),
        (["--map", "Navn=amount", "--map", "Sprog=amount"], "amount has two columns. Name one."),
        (["--set", "amount"], "amount: write it as field=value."),
        (["--set", "amount=\udcff"], "amount=\\udcff: write it as field=value."),
        (["--set", "alder=7"], "alder is no field of this text."),
        (["--set", "amount.fi=7"], "amount.fi is no field of this text."),
        (["--channel", "fax"], "fax is no channel. Choose one of these: "),
        (["--out", "/dev/null/x"], "/dev/null/x cannot be written: "),
    ],
)
def test_an_option_that_means_nothing_is_said(project: Texts, args: list[str], says: str) -> None:
    done = tillit(project, GOOD, *args)
    assert done.exit_code == 2
    assert done.stderr.startswith(says) and done.stdout == ""


def test_whatever_the_file_holds_the_command_answers_in_words(project: Texts) -> None:
    """Every case through the whole command, in one language after the other: an answer, never a traceback."""
    for words, case in zip(itertools.cycle(MESSAGES), CASES.values(), strict=False):
        done = tillit(project, raw(case).decode("utf-8", "replace"), words=words)
        assert done.exit_code in (0, 1, 2) and done.output.strip()
        assert "{" not in done.output.replace("{amount}", "")


def test_a_situation_without_an_apology_is_said_with_the_nearest(project: Texts) -> None:
    done = CliRunner().invoke(
        cli.main, ["--root", str(project.root), "--messages", "en", "letters", "late-deliver", "-"]
    )
    assert done.exit_code == 2
    assert done.output == "there is no apology for late-deliver. Did you mean late-delivery?\n"


def test_no_letters_are_made_of_a_text_with_faults(project: Texts) -> None:
    """A field nobody declared would go out to everybody as it stands."""
    project.change("playbooks/apologies/late-delivery.da.md", "Undskyld, {customer_name}", "Undskyld, {nmae}")
    done = tillit(project, GOOD)
    assert done.exit_code == 2 and "nmae is not declared" in done.output


# The composer's part for many -----------------------------------------------------------------------------------------

LIST = "E-mail;Navn;Beløb;Sprog\na@example.com;=Kim;250;dansk\nb@example.com;Eva;1250,50;svensk\nc@example.com;Ole;x;\n"


@pytest.fixture
def tool(browser: Browser, unsearched: dict[str, str]) -> Iterator[Page]:
    """The Danish composer with the tool for many, at an apology that asks for little."""
    context = browser.new_context(base_url=unsearched["internal"], accept_downloads=True, locale="da-DK")
    opened = context.new_page()
    told: list[str] = []
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.on("console", lambda said: told.append(said.text) if said.type in ("error", "warning") else None)
    opened.goto("da/apology/#late-delivery/sms/da")
    opened.wait_for_selector("#many-tool:not([hidden])")
    yield opened
    assert told == []
    context.close()


@pytest.mark.parametrize("start", ["nb/", "nb/situations/mass-incident/", "nb/situations/service-outage/"])
def test_pages_on_many_lead_to_the_tool_for_many(browser: Browser, unsearched: dict[str, str], start: str) -> None:
    """The home page, the page on an error that hits many and the one on an outage lead to where the tool stands."""
    context = browser.new_context(base_url=unsearched["internal"])
    opened = context.new_page()
    opened.goto(start)
    opened.locator("a", has_text="Samme melding til mange").click()
    expect(opened.locator("#many-title")).to_be_in_viewport()
    context.close()


def give(tool: Page, table: str | bytes, name: str = "kunder.csv") -> None:
    buffer = table.encode() if isinstance(table, str) else table
    tool.set_input_files("#many-file", {"name": name, "mimeType": "text/csv", "buffer": buffer})


def fill(tool: Page) -> dict[str, str]:
    """Write something in every field that is the same for all."""
    given = {}
    expect(tool.locator("#many-table")).to_be_visible()
    for box in tool.locator("#many-values [name]").all():
        kind = box.get_attribute("type")
        words = {"date": "2026-11-03", "datetime-local": "2026-11-12T12:00"}.get(kind, "S-1")
        name = box.get_attribute("name")
        if name != "contact_phone":
            box.fill(words)
            given[name] = words
    return given


def saved(tool: Page, button: str) -> bytes:
    with tool.expect_download() as download:
        tool.click(button)
    return Path(download.value.path()).read_bytes()


def test_a_list_becomes_the_file_that_the_command_writes(tool: Page, tmp_path: Path) -> None:
    """To the last byte, with the network gone; and so does the list of the rows left out."""
    tool.wait_for_load_state("networkidle")  # the search fetches its own in the background
    tool.context.set_offline(True)
    tool.focus("#many-file")  # what is chosen above counts here
    expect(tool.locator("#many-situation")).to_have_value("late-delivery")
    expect(tool.locator("#many-channel")).to_have_value("sms")
    give(tool, LIST)
    given = fill(tool)
    assert {"order_number", "sender_name"} <= set(given)
    tool.click("#many-make")
    expect(tool.locator("#many-sum")).to_have_text("Beskeder klar: 2. Udeladte rækker: 1.")
    expect(tool.locator("#many-result")).to_be_focused()
    expect(tool.locator("#many-bad tbody tr")).to_have_count(1)
    assert tool.locator("#many-bad tbody tr").inner_text().split("\t")[:2] == ["4", "Beløb"]
    file = tmp_path / "kunder.csv"
    file.write_text(LIST, encoding="utf-8")
    options = [part for name, words in given.items() for part in ("--set", f"{name}={words}")]
    asked = [str(file), "--language", "da", "--channel", "sms", "--out", str(tmp_path), *options]
    CliRunner().invoke(cli.main, ["--messages", "da", "letters", "late-delivery", *asked])
    assert saved(tool, "#many-save") == (tmp_path / "letters.csv").read_bytes()
    assert saved(tool, "#many-save-left") == (tmp_path / "left-out.csv").read_bytes()


def test_many_get_only_what_somebody_chose(tool: Page) -> None:
    """Without a choice above there is none here, and nothing is made of it: the list waits for one."""
    tool.goto("about:blank")
    tool.goto("da/apology/")
    give(tool, LIST)
    expect(tool.locator("#many-table")).to_be_visible()
    expect(tool.locator("#many-notes")).not_to_contain_text("Beløb")  # which columns are fields is not known yet
    for button in ("#many-make", "#many-empty"):
        tool.click(button)
        expect(tool.locator("#many-fault")).to_have_text("Vælg først, hvad der gik galt.")
        expect(tool.locator("#many-situation")).to_be_focused()
    tool.select_option("#many-situation", "late-delivery")
    fill(tool)
    tool.click("#many-make")
    expect(tool.locator("#many-sum")).to_have_text("Beskeder klar: 2. Udeladte rækker: 1.")
    expect(tool.locator("#many-fault")).to_be_empty()


def test_the_empty_table_begins_with_the_address_and_holds_no_customer(tool: Page) -> None:
    """Given back as it is, it makes no message; with a row for each customer under its head line it does."""
    tool.focus("#many-file")
    empty = saved(tool, "#many-empty").decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(empty), delimiter=";"))
    assert header[:2] == ["E-mail", "Kundens fornavn"] and empty.count("\r\n") == 1
    assert header[-3:] == ["Sprog", "Land", "Kanal"]
    give(tool, empty)
    expect(tool.locator("#many-fault")).to_have_text(language("da").say("letters.files.no-rows"))
    expect(tool.locator("#many-table")).to_be_hidden()
    fields = ours().edition("internal").library.fields.values()
    cells = {"E-mail": "a@example.com"} | {one.label["da"]: one.example["da"] for one in fields}
    row = [cells.get(title, "") for title in header]
    give(tool, empty + tables.line(row))
    tool.click("#many-make")
    expect(tool.locator("#many-sum")).to_have_text("Beskeder klar: 1. Udeladte rækker: 0.")


def test_words_for_customers_abroad_are_asked_for_in_their_language(tool: Page) -> None:
    """Also where all of them read the same one: the label names it, and the help gives its rule."""
    tool.select_option("#many-channel", "email")
    give(tool, "Navn;Sprog\nEva;svensk\n")
    row = tool.locator(".many__field", has=tool.locator("[name=cause]"))
    expect(row.locator("label")).to_have_text("Årsagen (svensk)")
    expect(row.locator("small")).to_contain_text(language("da").table("forms")["after-colon"]["sv"])
    expect(tool.locator("label[for=many-value-amount]")).to_have_text("Beløb")
    give(tool, "Navn;Sprog\nEva;svensk\nOle;dansk\n")
    for label in ("Årsagen (svensk)", "Årsagen (dansk)", "Beløb"):
        expect(tool.locator("#many-values").get_by_text(label, exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_no_word_of_the_tool_is_cut(tool: Page, width: int) -> None:
    """Titles of columns stand on one line, and a select shows the whole of each of its choices."""
    tool.set_viewport_size({"width": width, "height": 900})
    give(tool, "E-mailadresse;Navn;Beløb;Butikkens eget nummer\na@example.com;Eva;250;7\n")
    heads = tool.locator("#many-table tbody th")
    expect(heads).to_have_count(4)
    lines = """all => all.map(one => { const words = document.createRange();
        words.selectNodeContents(one); return words.getClientRects().length })"""
    assert heads.evaluate_all(lines) == [1, 1, 1, 1]
    cut = tool.locator(".many__choices select, #many-table select").evaluate_all(
        """all => all.filter(select => { const free = select.cloneNode(true);
        free.style.cssText = "position: absolute; width: auto; min-width: 0";
        select.after(free); const room = free.offsetWidth; free.remove(); return select.offsetWidth < room; })
        .map(select => select.id || select.ariaLabel)"""
    )
    assert cut == []
    assert tool.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_messages_can_be_looked_at_before_they_are_sent(tool: Page) -> None:
    """Some of them at once, and any by the number of its row."""
    give(tool, LIST)
    fill(tool)
    tool.click("#many-make")
    previews = tool.locator("#many-previews .many__preview")
    expect(previews).to_have_count(2)
    expect(previews.first.locator(".many__text")).to_contain_text("=Kim")
    expect(previews.nth(1).locator(".many__text")).to_have_attribute("lang", "sv")
    for row, says in (("3", "Eva"), ("4", "»x« kan ikke bruges som beløb"), ("99", "række 99")):
        tool.fill("#many-row", row)
        tool.press("#many-row", "Enter")
        expect(tool.locator("#many-looked")).to_contain_text(says)


def test_columns_can_be_told_by_hand(tool: Page) -> None:
    """A field has one column; a field that loses its own is asked for below."""
    give(tool, "Hvem;Navn;Beløb\nKim;x;250\n")
    selects = tool.locator("#many-table tbody select")
    expect(selects).to_have_count(3)
    selects.nth(0).select_option("customer_name")
    expect(selects.nth(1)).to_have_value("")
    selects.nth(2).select_option("")
    expect(tool.locator("#many-values [name=amount]")).to_have_count(1)
    tool.click("#many-make")
    first = tool.locator("#many-values [aria-invalid]").first
    expect(first).to_be_focused()
    fill(tool)
    tool.fill("#many-values [name=amount]", "1250")
    tool.click("#many-make")
    expect(tool.locator("#many-previews")).to_contain_text("1.250\u00a0kr.")
    expect(tool.locator("#many-previews")).to_contain_text("Kim")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"", "Filen er tom."),
        (b"PK\x03\x04", "projektmappe"),
        ("Kim;kim@example.com\nOle;ole@example.com\n", "der står »kim@example.com«"),
    ],
    ids=["empty", "workbook", "no header"],
)
def test_a_file_that_is_no_list_is_said(tool: Page, table: str | bytes, says: str) -> None:
    """And the next one is read."""
    give(tool, table)
    expect(tool.locator("#many-fault")).to_contain_text(says)
    expect(tool.locator("#many-table")).to_be_hidden()
    give(tool, LIST)
    expect(tool.locator("#many-fault")).to_be_empty()
    expect(tool.locator("#many-table")).to_be_visible()


def test_a_title_without_end_is_shown_short(tool: Page) -> None:
    """And named so in the list of rows left out, as the command does."""
    give(tool, f"Navn;Beløb;{'æ' * 100_000}\nKim;250;{'ø' * 1000}\nOle;250;{'ø' * 2001}\n")
    fill(tool)
    expect(tool.locator("#many-table tbody th").nth(2)).to_have_text("æ" * 59 + "…")
    expect(tool.locator("#many-table .many__cell").nth(2)).to_have_text("ø" * 59 + "…")
    tool.click("#many-make")
    assert f';"{"æ" * 59}…: '.encode() in saved(tool, "#many-save-left")


def test_markup_in_a_list_is_words(tool: Page) -> None:
    give(tool, 'Navn;<img src=x onerror="alert(1)">;Beløb\n"<img src=x onerror=alert(1)>";<b>x</b>;250\n')
    fill(tool)
    tool.click("#many-make")
    expect(tool.locator("#many-previews")).to_contain_text("<img src=x onerror=alert(1)>")
    assert tool.locator("#many-tool img, #many-tool b").count() == 0


def test_clearing_leaves_nothing_and_nothing_was_ever_kept(tool: Page) -> None:
    give(tool, LIST)
    fill(tool)
    tool.click("#many-make")
    expect(tool.locator("#many-result")).to_be_visible()
    tool.click("#many-clear")
    expect(tool.locator("#many-table")).to_be_hidden()
    expect(tool.locator("#many-result")).to_be_hidden()
    assert "Eva" not in tool.locator("#many-tool").inner_html()
    assert "example.com" not in tool.locator("#many-tool").inner_html()
    kept = tool.evaluate(
        "async () => [{...localStorage}, {...sessionStorage}, document.cookie, await indexedDB.databases()]"
    )
    assert "Eva" not in json.dumps(kept) and kept[2:] == ["", []]


HOLD = """() => {
  const read = Blob.prototype.arrayBuffer;
  window.held = {};
  Blob.prototype.arrayBuffer = function () {
    return new Promise((done) => { held[this.name] = () => { const raw = read.call(this); done(raw); return raw; }; });
  };
}"""


def arrive(tool: Page, name: str) -> None:
    """A file that was held back has been read."""
    tool.evaluate("async name => { await held[name](); }", name)


@pytest.mark.parametrize("order", [("old.csv", "new.csv"), ("new.csv", "old.csv")], ids=["in order", "crossed"])
@pytest.mark.parametrize("old", [LIST, "PK\x03\x04"], ids=["a list", "no list"])
def test_of_two_files_the_one_chosen_last_is_shown(tool: Page, order: tuple[str, str], old: str) -> None:
    """Also where the first takes longer to read, and where it then turns out to be no list."""
    tool.evaluate(HOLD)
    give(tool, old, "old.csv")
    give(tool, "Navn\nBo\n", "new.csv")
    for name in order:
        arrive(tool, name)
    expect(tool.locator("#many-status")).to_contain_text("new.csv")
    expect(tool.locator("#many-table tbody tr")).to_have_count(1)
    expect(tool.locator("#many-fault")).to_be_empty()
    assert "example.com" not in tool.locator("#many-tool").inner_html()


def test_what_was_cleared_does_not_come_back(tool: Page) -> None:
    """A list that is still being read when all is cleared is not shown when it has been."""
    tool.evaluate(HOLD)
    give(tool, LIST, "old.csv")
    tool.locator("#many-clear").dispatch_event("click")
    said = tool.locator("#many-status").inner_text()
    arrive(tool, "old.csv")
    expect(tool.locator("#many-table")).to_be_hidden()
    expect(tool.locator("#many-status")).to_have_text(said)
    assert "example.com" not in tool.locator("#many-tool").inner_html()


def test_a_long_list_can_be_stopped(tool: Page) -> None:
    """The page answers while it works: the button is reached before the end."""
    give(tool, "Navn;Beløb\n" + "".join(f"Kunde {i};{i + 1}\n" for i in range(50_000)))
    fill(tool)
    tool.evaluate(
        "new MutationObserver((_, watch) => { const stop = document.getElementById('many-stop');"
        " if (stop.offsetParent) { watch.disconnect(); stop.click(); } })"
        ".observe(document.getElementById('many-tool'), {subtree: true, attributes: true, childList: true})"
    )
    tool.click("#many-make")
    expect(tool.locator("#many-status")).to_have_text("Stoppet. Intet er lavet.")
    expect(tool.locator("#many-result")).to_be_hidden()
    expect(tool.locator("#many-make")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_serious_in_the_tool(tool: Page, width: int) -> None:
    tool.set_viewport_size({"width": width, "height": 900})
    give(tool, LIST)
    fill(tool)
    tool.click("#many-make")
    expect(tool.locator("#many-result")).to_be_visible()
    tool.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = tool.evaluate("axe.run('#many-tool', {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert tool.evaluate("document.documentElement.scrollWidth <= innerWidth")
