"""Every bad file gets a clear answer, and nothing of it or of anything else is lost."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from rapport.platform.access.gate import Refused
from rapport.platform.facts.models import Fact
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.importing import results, steps
from rapport.records.importing.headers import REASONS
from rapport.records.importing.writing import write
from rapport.records.models import ImportRun
from rapport.records.tests.importing import brought_in, checked, items, reasons, somebody, states, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> Viewer:
    return somebody()


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "PNG"),
        (bytes(range(256)) * 20, "binary"),
        (b"PK\x03\x04 this is no workbook", "workbook"),
        (",".join(f"column{i}" for i in range(100_000)).encode() + b"\n1,2\n", "100,000 columns|100000 columns"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(ana: Viewer, content: bytes, answer: str) -> None:
    with pytest.raises(InvalidFields, match=f"(?i){answer}"):
        upload(ana, "people", content)
    assert not ImportRun.objects.exists()


def test_an_upload_that_stops_half_way_leaves_nothing(ana: Viewer) -> None:
    def halves():
        yield b"name,email\nAna,ana@example.com\n"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        steps.upload(registry.get("people"), "file.csv", halves(), viewer=ana)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_are_detected(ana: Viewer, encoding: str) -> None:
    text = "Name;E-Mail\nJürgen Müller;juergen@example.com\nRenée Dupré;renee@example.com\n"
    brought_in(ana, "people", text.encode(encoding))
    assert {p["name"] for p in items(ana, "people", "name")} == {"Jürgen Müller", "Renée Dupré"}


def test_without_header_the_values_speak(ana: Viewer) -> None:
    run = brought_in(ana, "people", "ana@example.com,1980-02-13\nben@example.com,1990-05-01\n")
    assert states(run) == {"created": 2}
    assert items(ana, "people", "name emails")[0]["emails"][0]["address"].endswith("@example.com")


def test_ragged_rows_nul_and_open_quotes_are_refused_alone(ana: Viewer) -> None:
    content = (
        b"first name,last name,email\nAna,Ruiz,ana@example.com\nBen,Okafor\n"
        b"Cleo,Dux,cleo@example.com,one too many\nD\x00an,Ek,dan@example.com\n"
        b'"Eve,Fox,eve@example.com\nFay,Gil,fay@example.com\n'
    )
    run = brought_in(ana, "people", content)
    told = reasons(run)
    assert "2 cells" in told[3] and "4 cells" in told[4] and "NUL" in told[5] and "quote" in told[6]
    assert sorted(p["name"] for p in items(ana, "people", "name")) == ["Ana Ruiz", "Fay Gil"]
    # Nothing is lost: every refused row comes back with its reason, as it was.
    header, rows = results.refused_rows(run)
    assert header == ["first name", "last name", "email", REASONS]
    assert len(list(rows)) == 4


def test_refused_rows_are_marked_against_spreadsheets_only_once(ana: Viewer) -> None:
    run = brought_in(ana, "people", "name,email,'-tag\n'=Ana;'=x,no address,'+1\n")
    (row,) = list(csv.DictReader(io.StringIO(b"".join(results.refused_csv(run)).decode("utf-8-sig"), newline="")))
    assert (row["name"], row["'-tag"]) == ("'=Ana;'=x", "'+1")


def test_formulas_come_in_as_text(ana: Viewer) -> None:
    brought_in(ana, "organisations", 'name,description\n=1+1,"=HYPERLINK(""http://x"")"\n\'=cmd,x\n')
    assert [o["name"] for o in items(ana, "organisations", "name", sort="name")] == ["=1+1", "=cmd"]


def test_dates_that_cannot_be(ana: Viewer) -> None:
    good = "".join(f"Person {i},19{i}-03-31\n" for i in range(70, 80))
    run = checked(ana, "people", f"name,birth date\nAna Ruiz,1980-02-30\nCleo Dux,0000-01-01\n{good}")
    assert states(run) == {"create": 10, "refused": 2}
    assert "30 February 1980 does not exist" in reasons(run)[2]


def test_dates_that_can_be_two_days_are_a_question(ana: Viewer) -> None:
    content = "name,birth date\nAna Ruiz,3/4/1980\nBen Okafor,5/6/1981\nCleo Dux,7/7/1982\n"
    run = checked(ana, "people", content)
    assert set(reasons(run)) == {2, 3}
    assert [q["kind"] for q in steps.open_questions(run)] == ["dates"]

    def month_first(passes: list) -> None:
        passes[0]["columns"]["birth_date"]["date_format"] = "mdy"

    run = brought_in(ana, "people", content, change=month_first)
    assert states(run) == {"created": 3}
    assert items(ana, "people", "birth_date", sort="name")[0]["birth_date"].isoformat() == "1980-03-04"


def test_a_draft_that_arrives_after_the_check_keeps_what_the_check_found_out(ana: Viewer) -> None:
    run = upload(ana, "people", "name,birth date\nAna Ruiz,13/4/1980\nBen Okafor,5/6/1981\n")
    late = ImportRun.objects.get(pk=run.pk)
    steps.check_now(run, viewer=ana)
    steps.set_mapping(late, late.settings["passes"], viewer=ana)
    steps.remember_mapping(ImportRun.objects.get(pk=run.pk))
    mended = upload(ana, "people", "name,birth date\nBen Okafor,5/6/1981\n")
    assert mended.settings["passes"][0]["columns"]["birth_date"]["date_format"] == "dmy"


def test_two_rows_for_one_key(ana: Viewer) -> None:
    content = (
        "name,domain,founded\nAcme,acme.com,1990\nacme,acme.com,1991\nInity,inity.com,2000\nInity,inity.com,2000\n"
    )
    run = checked(ana, "organisations", content)
    told = reasons(run)
    assert "2, 3" in told[2] and "Founded" in told[2] and told[2] == told[3]
    assert states(run) == {"refused": 2, "create": 1, "repeat": 1}


def test_a_key_that_several_records_have(ana: Viewer) -> None:
    create = [{"entity": "organisations", "columns": {"name": {"column": "name"}}}]
    run = upload(ana, "organisations", "name,size\nAcme,1\nAcme,2\n")
    steps.set_mapping(run, create, viewer=ana)
    write(steps.check_now(run, viewer=ana), viewer=ana)
    run = checked(ana, "organisations", "name,size\nACME,3\n")
    assert "Several records have this key: Acme (#" in reasons(run)[2]


def test_a_link_that_matches_two_records(ana: Viewer) -> None:
    create = [{"entity": "organisations", "columns": {"name": {"column": "name"}}}]
    run = upload(ana, "organisations", "name,size\nAcme,1\nAcme,2\n")
    steps.set_mapping(run, create, viewer=ana)
    write(steps.check_now(run, viewer=ana), viewer=ana)
    run = checked(ana, "people", "name,company\nAna Ruiz,acme\n")
    assert "can be several records: Acme (#" in reasons(run)[2]


def test_a_near_match_is_a_question_and_never_a_guess(ana: Viewer) -> None:
    brought_in(ana, "organisations", "name\nMassive Dynamic\nInity\n", header=True)
    content = "name,company\nAna Ruiz,MassiveDynamic\nBen Okafor,Massive Dynamics\nCleo Dux,inity\nDan Ek,Hooli\n"
    run = checked(ana, "people", content)
    assert states(run) == {"question": 2, "create": 1, "refused": 1}
    assert "There is no organisation “Hooli”" in reasons(run)[5]
    for question in steps.open_questions(run):
        assert question["candidates"][0]["name"] == "Massive Dynamic"
    pk = steps.open_questions(run)[0]["candidates"][0]["id"]
    steps.answer(
        run, {(1, "organisation", "MassiveDynamic"): pk, (1, "organisation", "Massive Dynamics"): "create"}, viewer=ana
    )
    steps.on_missing(run, 1, "organisation", "empty")
    run = steps.check_now(run, viewer=ana)
    assert run.counts["steps"][0] == {"step": 1, "entity": "organisations", "kind": "missing", "states": {"create": 1}}
    write(run, viewer=ana)
    found = {
        p["name"]: p["organisation"] and p["organisation"]["name"] for p in items(ana, "people", "name organisation")
    }
    assert found == {
        "Ana Ruiz": "Massive Dynamic", "Ben Okafor": "Massive Dynamics", "Cleo Dux": "Inity", "Dan Ek": None,
    }  # fmt: skip


def test_values_that_do_not_fit_name_their_cell(ana: Viewer) -> None:
    run = checked(
        ana,
        "people",
        "name,email,language,country\nAna Ruiz,no address,english,Germany\nBen Okafor,b@x.de,klingonish,Atlantis\n",
    )
    told = reasons(run)
    assert "email: “no address” has no @." in told[2]
    assert "language:" in told[3] and "country:" in told[3]


def test_a_reader_may_not_import(ana: Viewer) -> None:
    rea = somebody("read_only", "Rea Only")
    with pytest.raises(Refused):
        upload(rea, "people", "name\nAna Ruiz\n")
    assert not ImportRun.objects.exists()
    assert not Fact.objects.exists()


def test_a_member_imports_only_what_they_own(ana: Viewer) -> None:
    mia = somebody("member", "Mia Own")
    run = brought_in(
        mia, "people", "name,email,owner\nBen Okafor,ben@example.com,Mia Own\nCleo Dux,cleo@example.com,Ana Ruiz\n"
    )
    assert states(run) == {"created": 1, "refused": 1}
    assert "outside your reach" in reasons(run)[3]


def test_records_out_of_reach_are_as_if_unknown(ana: Viewer) -> None:
    brought_in(ana, "people", "name,email\nBen Okafor,ben@example.com\n")
    mia = somebody("member", "Mia Own")
    run = brought_in(mia, "people", "name,email\nBen Other,ben@example.com\n")
    assert states(run) == {"created": 1}
    assert [p["name"] for p in items(ana, "people", "name", q="okafor")] == ["Ben Okafor"]


def test_a_unique_value_refuses_only_its_row(ana: Viewer) -> None:
    def by_name(passes: list) -> None:
        passes[0]["key"] = "name"

    run = brought_in(ana, "products", "name,code\nA,X1\nB,X2\nC,x1\nD,X4\nE,X5\n", change=by_name)
    assert states(run) == {"created": 4, "refused": 1}
    assert "code already" in reasons(run)[4]


def test_a_name_that_two_rows_of_the_file_have(ana: Viewer) -> None:
    content = "reference,name,parent\na,Acme,\nb,Acme,\nc,Leaf,acme\nd,Inity,\ne,Twig,Inity\n"
    run = brought_in(ana, "organisations", content)
    assert states(run) == {"created": 4, "refused": 1}
    assert "several records of this file" in reasons(run)[4]


def test_a_workbook_with_two_sheets(ana: Viewer, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "people.xlsx"))
    book.add_worksheet("Read me").write_row(0, 0, ["Nothing", "to", "see"])
    sheet = book.add_worksheet("Contacts")
    sheet.write_row(0, 0, ["First name", "Last name", "Zip", "City", "Birth date"])
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for i in range(1, 6):
        sheet.write_row(i, 0, [f"Given{i}", "Ruiz", "01234", "Ulm"])
        sheet.write_datetime(i, 4, datetime(1980, 2, i), day)
    book.close()
    brought_in(ana, "people", (tmp_path / "people.xlsx").read_bytes(), sheet="Contacts")
    first = items(ana, "people", "name addresses birth_date", sort="name")[0]
    assert (first["name"], first["addresses"][0]["postal_code"], first["birth_date"]) == (
        "Given1 Ruiz",
        "01234",
        date(1980, 2, 1),
    )


def test_only_a_header(ana: Viewer) -> None:
    assert states(brought_in(ana, "people", "name,email\n", header=True)) == {}


def test_a_mapping_that_makes_no_sense_names_its_place(ana: Viewer) -> None:
    run = upload(ana, "people", "name,email\nAna Ruiz,ana@example.com\n")
    for passes, place in [
        ("nonsense", "passes"),
        ([{"entity": "unicorns", "columns": {"name": "name"}}], "passes.1"),
        ([{"entity": "people", "columns": {"wings": "name"}}], "passes.1.wings"),
        ([{"entity": "people", "columns": {"name": "no such column"}}], "passes.1.name"),
        ([{"entity": "people", "columns": {"name": {"column": "name", "value": "x"}}}], "passes.1.name"),
        ([{"entity": "people", "key": "emails", "columns": {"name": "name"}}], "passes.1.key"),
        ([{"entity": "people", "columns": {"created_at": "name"}}], "passes.1.created_at"),
        ([{"entity": "people", "columns": {"organisation": {"of": 3}}}], "passes.1.organisation"),
    ]:
        with pytest.raises(InvalidFields) as problem:
            steps.set_mapping(run, passes, viewer=ana)
        assert set(problem.value.errors) == {place}


def test_rights_lost_after_the_check_stop_the_write(ana: Viewer) -> None:
    mia = somebody("member", "Mia Own")
    run = checked(mia, "people", "name,email\nBen Okafor,ben@example.com\n")
    mia.user.is_active = False
    with pytest.raises(Refused):
        write(run, viewer=mia)
    assert items(ana, "people", "name") == []
    assert not Fact.objects.exists()


def test_an_answer_that_is_gone_is_asked_again(ana: Viewer) -> None:
    brought_in(ana, "organisations", "name\nMassive Dynamic\nInity\n", header=True)

    def remembered(passes: list) -> None:
        passes[0]["columns"]["organisation"]["answers"] = {"MassiveDynamic": 999_999}

    run = checked(ana, "people", "name,company\nAna Ruiz,MassiveDynamic\n", change=remembered)
    assert states(run) == {"question": 1}


def test_two_firms_that_would_lie_above_each_other_are_written_and_said(ana: Viewer) -> None:
    content = "name,parent\nAcme,Inity\nInity,Acme\nLeaf,Acme\n"
    run = brought_in(ana, "organisations", content)
    told = reasons(run)
    assert len(told) == 1 and "cannot lie above itself. The rest of the row was written." in next(iter(told.values()))
    found = {o["name"]: o["parent"] and o["parent"]["name"] for o in items(ana, "organisations", "name parent")}
    assert found["Leaf"] == "Acme" and [found["Acme"], found["Inity"]].count(None) == 1


def test_a_name_that_nothing_can_have_refuses_its_row(ana: Viewer) -> None:
    def create(passes: list) -> None:
        passes[0]["columns"]["organisation"]["on_missing"] = "create"

    content = f"name,company\nAna Ruiz,{'x' * 400}\nBen Okafor,Acme\n"
    run = brought_in(ana, "people", content, change=create)
    assert "At most 200 characters are possible; these are 400." in reasons(run)[2]
    assert [p["name"] for p in items(ana, "people", "name")] == ["Ben Okafor"]


def test_bytes_that_are_no_text_in_a_header(ana: Viewer) -> None:
    content = "name,email,ünknöwn\n".encode() + "Zoë Müller,zoe@x.de,äöü\n".encode() * 9
    run = upload(ana, "people", content.replace(b"\xc3\xbcnkn", b"\xffnkn", 1), header=True)
    assert {"name", "emails"} <= set(run.settings["passes"][0]["columns"])


def test_texts_that_look_like_escapes_are_told_as_they_are(ana: Viewer) -> None:
    def founded(passes: list) -> None:
        passes[0]["columns"] = {"name": {"column": "name"}, "founded": {"column": "founded"}}

    run = checked(ana, "organisations", "name,founded\nAcme,\\u0000\nInity,\\N\n", header=True, change=founded)
    assert "“\\u0000”" in reasons(run)[2] and "“\\N”" in reasons(run)[3]
