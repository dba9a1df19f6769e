import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench.company_names import companies, look_alike
from evals.bench.identifiers import mutations
from evals.bench.matching import generated
from tools.buyers import Company, Registry, make_lookup_buyer
from tools.buyers.importers import read_companies_house, read_generic, read_gleif
from tools.buyers.importing import ImportReport, import_file
from tools.buyers.matching import similarity
from tools.buyers.names import parse_name
from tools.buyers.preparing import BadRow, Source, batches
from tools.buyers.scripts import latin, syllables, syllables_in
from tools.errors import ToolInputError
from tools.toolset import Tool

POSTGRES = "TCA_TEST_POSTGRES_URL"
HEADER = "entity_id,name,country,other_names,status,founded,id:lei,figure:current_ratio\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    """An empty registry, over each database that is at hand."""
    if request.param == "sqlite":
        opened = Registry.open(f"sqlite:///{tmp_path / 'buyers.db'}", demo=False)
    else:
        url = os.environ.get(POSTGRES)
        if not url:
            pytest.skip(f"set {POSTGRES} to the URL of an empty PostgreSQL database")
        _emptied(url)
        opened = Registry.open(url, demo=False)
    yield opened
    opened.close()


def _emptied(url: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        for table in ("buyer", "buyer_identifier", "buyer_state", "buyer_import", "buyer_token"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    engine.dispose()


def written(folder: Path, text: str, name: str = "companies.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_imported_once_and_reading_it_again_changes_nothing(registry: Registry, tmp_path: Path) -> None:
    path = written(
        tmp_path, HEADER + "1,Quelmar Foods Ltd,GB,,active,1990,,1.5\n2,厦门霁桥食品有限公司,CN,Jiqiao,active,,,\n"
    )
    first = import_file(registry, path, "generic")
    assert (first.rows, first.changed, first.bad) == (2, 2, 0)
    assert import_file(registry, path, "generic").is_unchanged
    again = import_file(registry, path, "generic", again=True)
    assert (again.rows, again.changed) == (2, 0)
    assert len(registry) == 2
    assert registry.by_name("Quelmar")[0].company.figures["current_ratio"] == Decimal("1.5")
    assert [found.company.entity_id for found in registry.by_name("廈門霽橋")] == ["2"]


def test_bad_rows_are_left_out_and_named_by_line(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(
        (
            HEADER
            + "1,Good Ltd,GB,,active,,,\n"
            + "2,,GB,,active,,,\n"
            + "3,Short row,GB\n"
            + "4,Wrong country,Britain,,active,,,\n"
            + "5,Wrong status,GB,,asleep,,,\n"
        ).encode()
        + b"6,Latin-1 \xe9,FR,,active,,,\n7,Also good,FR,,active,,,\n"
    )
    report = import_file(registry, path, "generic")
    assert (report.rows, report.bad) == (2, 5)
    assert [row.line for row in report.bad_rows] == [3, 4, 5, 6, 7]
    assert "name" in report.bad_rows[0].problem
    assert "asleep" in report.bad_rows[3].problem
    assert report.bad_rows[4].problem == "not UTF-8"


def test_an_import_that_broke_off_goes_on_where_it_was(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.buyers.preparing.BATCH", 10)
    rows = "".join(f"{n},Quelmar Works {n} Ltd,GB,,active,,,\n" for n in range(35))
    path = written(tmp_path, HEADER + rows)

    def pull_the_plug(report: ImportReport) -> None:
        if report.rows == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(registry, path, "generic", on_batch=pull_the_plug)
    assert len(registry) == 20
    report = import_file(registry, path, "generic")
    assert (report.resumed_after_line, report.rows, len(registry)) == (21, 15, 35)


def test_a_killed_import_loses_nothing_and_the_registry_answers_meanwhile(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'buyers.db'}"
    registry = Registry.open(url, demo=False)
    registry.add([Company(entity_id="old", name="Tharnwick Foods Ltd", country="GB")])
    rows = "".join(f"{n},Quelmar Works {n} Ltd,GB,,active,,,\n" for n in range(35))
    path = written(tmp_path, HEADER + rows)
    script = f"""
import os, signal
from pathlib import Path
from tools.buyers import Registry, preparing
from tools.buyers.importing import import_file
preparing.BATCH = 10
def killed(report):
    if report.rows == 20:
        os.kill(os.getpid(), signal.SIGKILL)
import_file(Registry.open({url!r}, demo=False), Path({str(path)!r}), "generic", on_batch=killed)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == -signal.SIGKILL
    assert registry.by_name("Tharnwick Foods")[0].company.entity_id == "old"
    assert len(registry) == 21
    report = import_file(registry, path, "generic")
    assert (report.resumed_after_line, report.rows, len(registry)) == (21, 15, 36)
    assert registry.by_name("Quelmar Works 3 Ltd")[0].company.entity_id == "3"
    registry.close()


def test_a_second_process_prepares_the_same_rows(registry: Registry, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,Quelmar Foods Ltd,GB,,active,1990,,1.5\n2,,GB,,,,,\n3,霁桥食品,CN,,,,,\n")
    beside = import_file(registry, path, "generic", processes=2)
    assert (beside.rows, beside.bad_rows) == (2, [BadRow(3, "empty: name")])
    assert import_file(registry, path, "generic", again=True).changed == 0
    assert registry.by_name("Jiqiao Shipin")[0].company.entity_id == "3"
    with pytest.raises(ToolInputError, match="Entity.LegalName, LEI"):
        import_file(registry, path, "gleif", processes=2)


def test_processes_that_share_a_file_read_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.buyers.preparing.BATCH", 10)
    path = written(tmp_path, HEADER + "".join(f"{n},Quelmar Works {n} Ltd,GB,,active,,,\n" for n in range(47)))
    source = Source(path, "generic", "", None, after_line=4)
    shares = [list(batches(source, " ".join, first=first, of=3)) for first in range(3)]
    assert [[batch.line for batch in share] for share in shares] == [[14, 44], [24, 48], [34]]
    assert sum(len(batch.companies) for share in shares for batch in share) == 44


def test_a_number_is_found_however_it_is_written(registry: Registry) -> None:
    registry.add(
        [Company(entity_id="1", name="Quelmar GmbH", country="DE", identifiers={"registry_number": "HRB 12-34"})]
    )
    assert [company.entity_id for company in registry.by_identifier("HRB1234")] == ["1"]


def test_figures_that_cannot_be_scored_are_left_out_by_line(registry: Registry, tmp_path: Path) -> None:
    header = "entity_id,name,country,figure:current_ratio,figure:country_risk,figure:currency\n"
    rows = "1,A Ltd,GB,abc,low,GBP\n2,B Ltd,GB,1.5,bad,GBP\n3,C Ltd,GB,1.5,low,pounds\n4,D Ltd,GB,1.5,low,GBP\n"
    report = import_file(registry, written(tmp_path, header + rows), "generic")
    assert (report.rows, [row.line for row in report.bad_rows]) == (1, [2, 3, 4])


def test_a_registry_of_an_older_version_is_indexed_anew(registry: Registry) -> None:
    registry.add([Company(entity_id="1", name="Quelmar Foods Ltd", country="GB", other_names=("霁桥食品",))])
    with registry._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM buyer_state WHERE name = 'tokens'")
        connection.exec_driver_sql("UPDATE buyer SET reduced = ''")
        registry._index.clear(connection)
    assert registry.by_name("Quelmar Foods") == []
    url = registry._engine.url.render_as_string(hide_password=False)
    renewed = Registry.open(url, demo=False)
    assert renewed.by_name("Jiqiao Shipin")[0].company.entity_id == "1"
    assert renewed.add([Company(entity_id="1", name="Quelmar Foods Ltd", country="GB", other_names=("霁桥食品",))]) == 0
    renewed.close()


def test_a_changed_company_is_found_by_its_new_name_and_its_number(registry: Registry) -> None:
    company = Company(entity_id="1", name="Quelmar Ltd", country="GB", identifiers={"lei": "X1"})
    assert registry.add([company]) == 1
    assert registry.add([company]) == 0
    assert registry.add([replace(company, name="Tharnwick Foods Ltd", identifiers={"lei": "X2"})]) == 1
    assert registry.by_name("Tharnwick Foods")[0].company.entity_id == "1"
    assert registry.by_name("Quelmar", least=0.3) == []
    assert registry.by_identifier("X1") == []
    assert registry.by_identifier("X2")[0].name == "Tharnwick Foods Ltd"
    assert registry.add([replace(company, name="Tharnwick Foods Ltd", status="dissolved")]) == 1
    found = registry.by_name("Tharnwick Foods")[0].company
    assert found.status == "dissolved"


def test_a_country_narrows_the_search(registry: Registry) -> None:
    registry.add(
        [
            Company(entity_id="1", name="Quelmar GmbH", country="DE"),
            Company(entity_id="2", name="Quelmar Ltd", country="GB"),
        ]
    )
    assert [found.company.entity_id for found in registry.by_name("Quelmar", "DE")] == ["1"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Xiamen Jiqiao Foods Co., Ltd.", "厦门霁桥食品有限公司"),
        ("JI QIAO SHI PIN", "厦门霁桥食品有限公司"),
        ("霁桥（厦门）食品有限公司", "厦门霁桥食品有限公司"),
        ("厦门霁侨食品", "厦门霁桥食品有限公司"),
        ("Куелмар Електроникс", "Quelmar Electronics Ltd"),
        ("QuelmarElectronics", "Quelmar Electronics Ltd"),
        ("Electronics Quelmar", "Quelmar Electronics Ltd"),
        ("Que1mar E1ectronics", "Quelmar Electronics Ltd"),
        ("Qelmar Elec.", "Quelmar Electronics Ltd"),
        ("QHG", "Quelmar Haven Gears Ltd"),
    ],
)
def test_a_name_is_found_however_it_is_written(registry: Registry, query: str, name: str) -> None:
    names = ("厦门霁桥食品有限公司", "Quelmar Electronics Ltd", "Quelmar Haven Gears Ltd", "上海泠沛食品有限公司")
    registry.add(Company(entity_id=known, name=known, country="XX") for known in names)
    assert registry.by_name(query)[0].company.name == name


def test_a_gleif_row_of_the_published_shape_is_read(tmp_path: Path) -> None:
    columns = {
        "LEI": "529900T8BM49AURSDO55",
        "Entity.LegalName": "Quelmar Niederlassung",
        "Entity.LegalName.xmllang": "de",
        "Entity.OtherEntityNames.OtherEntityName.1": "Quelmar Branch",
        "Entity.OtherEntityNames.OtherEntityName.1.xmllang": "en",
        "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1": "Kwelmar",
        "Entity.LegalAddress.City": "Köln",
        "Entity.LegalAddress.Country": "DE",
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID": "HRB 1",
        "Entity.EntityCategory": "BRANCH",
        "Entity.EntityStatus": "INACTIVE",
        "Entity.EntityCreationDate": "1998-03-01T00:00:00+01:00",
        "Entity.EntityExpirationReason": "DISSOLVED",
    }
    row = ",".join(f'"{value}"' for value in columns.values())
    (company,) = read_gleif(written(tmp_path, ",".join(columns) + "\n" + row + "\n"))
    assert (company.kind, company.status, company.founded) == ("branch", "dissolved", 1998)
    assert company.other_names == ("Quelmar Branch", "Kwelmar")
    assert company.identifiers == {"lei": "529900T8BM49AURSDO55", "registry_number": "HRB 1"}


def test_a_companies_house_row_of_the_published_shape_is_read(tmp_path: Path) -> None:
    text = (
        "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.PostTown,CompanyCategory,CompanyStatus,"
        "CountryOfOrigin,IncorporationDate,SICCode.SicText_1, PreviousName_1.CONDATE, PreviousName_1.CompanyName\n"
        '"! QUELMAR LTD","99123456","","LEEDS","Private Limited Company","Active - Proposal to Strike off",'
        '"United Kingdom","11/09/2012","99999 - Dormant Company","01/02/2013","OLD QUELMAR LTD"\n'
    )
    (company,) = read_companies_house(written(tmp_path, text))
    assert (company.entity_id, company.status, company.founded) == ("gb:99123456", "active", 2012)
    assert company.other_names == ("OLD QUELMAR LTD",)


def test_a_file_without_the_needed_columns_names_them(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ToolInputError, match="Entity.LegalName, LEI"):
        import_file(registry, written(tmp_path, "a,b\n1,2\n"), "gleif")


def test_noisy_names_are_found_and_absent_companies_are_not() -> None:
    report = generated(400, size=800, seed=5)
    assert report["top_1"] >= 0.95
    assert report["top_5"] >= 0.99
    assert report["absent_matched_pct"]["strangers"] <= 2


def test_mutated_identifiers_are_judged_as_the_library_judges_them() -> None:
    report = mutations(1_000)
    assert report["agreed"] == report["mutations"] == 1_000


def test_the_generator_makes_the_same_different_companies_every_time() -> None:
    made = list(companies(300, 3))
    assert made == list(companies(300, 3))
    assert len({company.name for company in made}) == 300
    assert sum(company.country == "CN" for company in made) == 150


def test_scripts_are_read() -> None:
    assert syllables("厦门霁桥") == ("xia", "men", "ji", "qiao")
    assert set(syllables_in(("jihong", "quelmar", "shi"))) == {("ji", "hong"), ("hong", "shi")}
    assert set(syllables_in(("xianning",))) == {("xi", "an"), ("an", "ning"), ("xian", "ning")}
    assert latin("Газпром Müller") == "Gazprom Muller"


NAMES = st.sampled_from([company.name for company in read_generic()] + [company.name for company in companies(200, 9)])


@given(one=NAMES, other=NAMES)
def test_similarity_is_symmetric(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=0.02)


@given(text=st.text(max_size=60))
def test_any_text_is_parsed_and_looked_up(text: str) -> None:
    registry = Registry.open(demo=False)
    registry.add([Company(entity_id="1", name="Quelmar Ltd", country="GB")])
    parse_name(text)
    found = registry.by_name(text)
    registry.close()
    assert all(0 <= item.score <= 1 for item in found)


def test_look_alikes_with_other_brands_do_not_match() -> None:
    import random

    rng = random.Random(2)
    made = list(companies(200, 21))
    matched = sum(similarity(look_alike(rng, company), company.name) >= 0.5 for company in made)
    assert matched <= 12


def test_namesakes_in_two_cities_are_asked_about() -> None:
    registry = Registry.open(demo=False)
    registry.add(Company(entity_id=place, name=f"{place}霁桥食品有限公司", country="CN") for place in ("厦门", "上海"))
    result = Tool(make_lookup_buyer(registry)).call({"name": "霁桥食品"})
    registry.close()
    assert result["ambiguous"]
    assert len(result["candidates"]) == 2


def test_the_command_imports_and_reports(tmp_path: Path) -> None:
    command = shutil.which("tca")
    if command is None:
        pytest.skip("the command tca is not installed")
    path = written(tmp_path, HEADER + "1,Quelmar Foods Ltd,GB,,active,,,\n2,,GB,,,,,\n")
    done = subprocess.run(
        [command, "buyers", "import", str(path), "--format", "generic"],
        env={**os.environ, "TCA_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 rows" in done.stdout
    assert "line 3: empty: name" in done.stdout
