"""What is said of a file outside it: by its place, its side-cars, and by several of them differently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import permutations

import pytest

from flows.ingestion.report import IngestReport
from flows.ingestion.validating import check
from flows.landing.files import fingerprint
from tests.flows.house import House, zipped
from tests.flows.stated import BY_DIRECTION, HOW, PLAIN, WITH_FLOW

CONTRACTS = [BY_DIRECTION]


def run(house: House, at: datetime = House.FIRST) -> IngestReport:
    """Ingest with the contract of stated columns."""
    return house.run(at, contracts=CONTRACTS)


def flows(house: House, report: IngestReport) -> list[str]:
    """Return the directions that are loaded."""
    return [row[0] for row in house.ask(report, "select distinct flow from raw.customs__trade order by 1")]


def in_any_order(house: House, landings: list[Callable[[], object]]) -> list[IngestReport]:
    """Land files in every order, one per run, each order in a state directory of its own; return the ends."""
    reports = []
    for order in permutations(landings):
        one = House(house.settings.model_copy(update={"home": house.settings.home / str(len(reports))}))
        for path in sorted(one.settings.landing_folder.glob("**/*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for land in order:
            land()
            report = run(one)
        reports.append(report)
    return reports


@pytest.mark.parametrize(
    ("name", "flow"),
    [
        ("exports/a.csv", "exports"),
        ("gacc/Import/2020/a.csv", "imports"),
        ("gacc/import/2020/a.csv", "imports"),
        ("imports/2020.zip", "imports"),
    ],
)
def test_the_place_of_a_file_tells_what_it_lacks(house: House, name: str, flow: str):
    house.put(name, zipped(a__csv=PLAIN) if name.endswith("zip") else PLAIN)
    report = run(house)
    assert (report.is_clean, flows(house, report)) == (True, [flow])


def test_a_folder_within_an_archive_tells_too(house: House):
    house.put("z.zip", zipped(**{"exports/a__csv": PLAIN}))
    assert flows(house, run(house)) == ["exports"]


def test_a_side_car_tells_before_the_place(house: House):
    house.put("exports/a.csv", PLAIN, values={"flow": "imports"})
    assert flows(house, run(house)) == ["imports"]


def test_a_file_of_which_nothing_tells_is_refused_with_how_to_tell(house: House):
    house.put("a.csv", PLAIN)
    report = run(house)
    assert house.only(report.refused).reason == f"nothing tells 'flow': {HOW}"
    (fault,) = house.only(report.refused).faults
    assert (fault.column, fault.seen, fault.rule) == ("flow", "a.csv", "stated")


def test_a_place_that_tells_two_things_tells_none(house: House):
    house.put("exports/imports/a.csv", PLAIN)
    assert "its places contradict one another on 'flow'" in house.only(run(house).refused).reason


def test_a_column_that_the_file_holds_is_read_from_it_and_from_nowhere_else(house: House):
    house.put("exports/a.csv", WITH_FLOW)
    assert flows(house, run(house)) == ["imports"]


def test_a_side_car_may_not_give_a_column_that_the_file_holds(house: House):
    house.put("a.csv", WITH_FLOW, values={"flow": "imports"})
    assert house.only(run(house).refused).reason == (
        "its side-car gives a value for 'flow', a column that the file itself holds"
    )


def test_a_side_car_may_not_give_a_column_that_nobody_asks_for(house: House):
    house.put("exports/a.csv", PLAIN, values={"colour": "red"})
    assert house.only(run(house).refused).reason == (
        "its side-car gives a value for 'colour', which is not asked for: flow would be"
    )


def test_a_value_that_is_given_is_held_to_the_contract(house: House):
    house.put("a.csv", PLAIN, values={"flow": "sideways"})
    assert "column 'flow': seen 'sideways', expected one of" in house.only(run(house).refused).reason


def test_a_content_refused_under_one_name_is_loaded_under_another_that_tells(house: House):
    reports = in_any_order(
        house, [lambda: house.put("a.csv", PLAIN), lambda: house.put("exports/a.csv", PLAIN)]
    )
    for report in reports:
        assert house.statuses(report) == {"a.csv": "loaded"}
        assert (flows(house, report), report.refused) == (["exports"], ())


def test_one_content_in_two_places_that_tell_different_things_is_refused_naming_both(house: House):
    reports = in_any_order(
        house, [lambda: house.put("exports/a.csv", PLAIN), lambda: house.put("imports/a.csv", PLAIN)]
    )
    for report in reports:
        assert (house.statuses(report), house.row_count(report)) == ({"exports/a.csv": "refused"}, 0)
        reason = report.refused[0].reason
        assert "exports/a.csv says exports and imports/a.csv says imports" in reason
        assert HOW in reason
        assert [file.file_name for file in report.refused] == ["exports/a.csv", "imports/a.csv"]


def test_a_side_car_settles_what_two_places_say_differently(house: House):
    house.put("exports/a.csv", PLAIN)
    house.put("imports/a.csv", PLAIN)
    run(house)
    house.put("imports/a.csv", PLAIN, values={"flow": "exports"})
    report = run(house, House.LATER)
    assert (flows(house, report), report.is_clean) == (["exports"], True)
    assert house.ask(report, "select loaded_at from meta.files") == [(House.FIRST,)]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({"vintage": date(2022, 2, 2)}, {"vintage": date(2023, 2, 2)}, "'vintage'"),
        ({"values": {"flow": "exports"}}, {"values": {"flow": "imports"}}, "'flow'"),
        ({"row_count": 2}, {"row_count": 3}, "'row_count'"),
        (
            {"control_total": {"column": "value", "value": "19.5"}},
            {"control_total": {"column": "value", "value": "20"}},
            "'control_total'",
        ),
    ],
)
def test_two_side_cars_that_contradict_each_other_are_refused_naming_both(
    house: House, first: dict, second: dict, told: str
):
    reports = in_any_order(
        house,
        [
            lambda: house.put("exports/a.csv", PLAIN, **first),
            lambda: house.put("exports/b.csv", PLAIN, **second),
        ],
    )
    for report in reports:
        assert house.row_count(report) == 0
        reason = report.refused[0].reason
        assert f"its side-cars contradict one another on {told}: exports/a.csv.origin.yml says" in reason
        assert "and exports/b.csv.origin.yml says" in reason


def test_what_side_cars_add_to_one_another_is_taken_together(house: House):
    house.put("a.csv", PLAIN, row_count=2, redistribution="allowed", url="https://one.example")
    house.put(
        "b.csv", PLAIN, values={"flow": "exports"}, redistribution="not_allowed", url="https://b.example"
    )
    report = run(house)
    assert house.ask(report, "select file_name, redistribution, source_url from meta.files") == [
        ("a.csv", "not_allowed", "https://b.example")
    ]
    assert flows(house, report) == ["exports"]


def test_a_content_downloaded_twice_was_there_on_the_earlier_day(house: House):
    days = [datetime(2024, 5, 2, 8), datetime(2024, 5, 1, 8)]
    for name, day in zip(("a", "b"), days, strict=True):
        house.put(f"exports/{name}.csv", PLAIN, vintage=day.date(), retrieved_at=day)
    report = run(house)
    assert report.is_clean
    assert house.ask(report, "select vintage, retrieved_at from meta.files") == [
        (date(2024, 5, 1), datetime(2024, 5, 1, 8))
    ]


def test_who_names_a_release_is_believed_before_who_gives_the_day_of_the_download(house: House):
    house.put("exports/a.csv", PLAIN, vintage=date(2024, 5, 1), retrieved_at=datetime(2024, 5, 1, 8))
    house.put("exports/b.csv", PLAIN, vintage=date(2022, 1, 1))
    assert house.only(run(house).loaded).vintage == date(2022, 1, 1)


def test_a_side_car_holds_for_all_members_of_its_archive(house: House):
    house.put("z.zip", zipped(a__csv=PLAIN, b__csv=PLAIN + "Uzbekistan,1\n"), values={"flow": "imports"})
    report = run(house)
    assert (report.is_clean, flows(house, report), house.row_count(report)) == (True, ["imports"], 5)
    assert house.ask(report, "select distinct vintage_origin from meta.files") == [("side_car",)]


def test_a_broken_side_car_of_an_archive_refuses_its_members(house: House):
    house.put("exports/z.zip", zipped(a__csv=PLAIN), vintage="spring")
    refused = house.only(run(house).refused)
    assert refused.file_name == "exports/z.zip!/a.csv"
    assert refused.reason.startswith("its side-car exports/z.zip.origin.yml: key 'vintage'")


def test_a_file_moved_to_another_place_is_new_where_the_place_tells_something(house: House):
    path = house.put("a.csv", PLAIN)
    run(house)
    before = fingerprint(house.settings)
    (path.parent / "exports").mkdir()
    path.rename(path.parent / "exports" / "a.csv")
    (line,) = fingerprint(house.settings).lines - before.lines
    assert line.endswith("@exports/a.csv")
    report = run(house, House.LATER)
    assert flows(house, report) == ["exports"]


def test_a_check_tells_the_same_of_stated_columns_as_ingest(house: House):
    for name in ("a.csv", "exports/b.csv", "imports/b.csv"):
        house.put(name, PLAIN if name == "a.csv" else PLAIN + "Uzbekistan,1\n")
    house.put("exports/z.zip", zipped(a__csv=PLAIN + "Tajikistan,1\n"))
    checked, ingested = check(house.settings, contracts=CONTRACTS), run(house)
    told = [(file.file_name, file.status, file.reason) for file in checked.files]
    assert told == [(file.file_name, file.status, file.reason) for file in ingested.files]
    assert sorted(status for _, status, _ in told) == ["loaded", "refused", "refused", "refused"]
