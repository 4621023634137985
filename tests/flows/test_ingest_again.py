"""Ingest of what was there before: the same again, renamed, copied, revised, or with a corrected side-car."""

from __future__ import annotations

from datetime import date

from tests.flows.house import House


def test_the_same_file_again_loads_nothing(house: House):
    house.put("flows.csv", house.FLOWS)
    before = house.raw_rows(house.run())
    report = house.run(house.LATER)
    assert (report.loaded, report.refused, report.is_clean) == ((), (), True)
    duplicate = house.only(report.duplicates)
    assert (duplicate.same_as, duplicate.reason) == ("flows.csv", "loaded before")
    assert house.raw_rows(report) == before


def test_the_same_content_under_two_names_is_loaded_once_with_all_that_is_said_of_it(house: House):
    house.put("a.csv", house.FLOWS)
    house.put("z/copy.csv", house.FLOWS, vintage=date(2030, 1, 1))
    report = house.run()
    assert [file.file_name for file in report.loaded] == ["a.csv"]
    duplicate = house.only(report.duplicates)
    assert (duplicate.file_name, duplicate.same_as) == ("z/copy.csv", "a.csv")
    assert duplicate.reason == "the same content as a.csv"
    assert house.row_count(report) == 2
    assert house.ask(report, "select file_name, vintage, vintage_origin from meta.files") == [
        ("a.csv", date(2030, 1, 1), "side_car")
    ]


def test_a_renamed_file_loads_nothing(house: House):
    path = house.put("a.csv", house.FLOWS)
    house.run()
    path.rename(path.with_name("b.csv"))
    report = house.run(house.LATER)
    assert (report.loaded, house.only(report.duplicates).same_as, house.row_count(report)) == ((), "a.csv", 2)


def test_a_revised_file_is_loaded_beside_the_earlier_one(house: House):
    house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.run()
    house.put("flows.csv", house.FLOWS.replace("12545.166", "12600"), vintage=date(2023, 2, 2))
    report = house.run(house.LATER)
    assert house.only(report.loaded).row_count == 2
    assert house.ask(
        report,
        "select vintage, loaded_at, value_usd_million from raw.imf_dots__flows"
        " where flow = 'exports_fob' order by vintage",
    ) == [(date(2022, 2, 2), house.FIRST, "12545.166"), (date(2023, 2, 2), house.LATER, "12600")]


def test_a_corrected_side_car_moves_the_rows_to_its_vintage_and_keeps_the_arrival(house: House):
    house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.run()
    house.put("flows.csv", house.FLOWS, vintage=date(2021, 12, 31))
    report = house.run(house.LATER)
    assert house.only(report.loaded).vintage == date(2021, 12, 31)
    assert house.ask(report, "select distinct vintage, loaded_at from raw.imf_dots__flows") == [
        (date(2021, 12, 31), house.FIRST)
    ]
    assert (house.row_count(report), house.ask(report, "select vintage from meta.files")) == (
        2,
        [(date(2021, 12, 31),)],
    )
    assert house.run().loaded == ()


def test_a_side_car_broken_later_is_told_and_the_rows_stand(house: House):
    path = house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.run()
    path.with_name("flows.csv.origin.yml").write_text("vintage: spring\n")
    for _ in range(2):
        report = house.run(house.LATER)
        assert "lacks key 'publisher'" in house.only(report.refused).reason
        assert house.only(report.refused).reason.endswith("the rows loaded before stand")
        assert (house.row_count(report), house.ask(report, "select status from meta.files")) == (
            2,
            [("loaded",)],
        )
