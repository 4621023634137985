"""The lean part of the sample holds the records of some economies, and those to the letter."""

from __future__ import annotations

from tests.integration.lean import of_economies

TEXT = (
    '\ufeff"Country Name","Country Code",2020\r\n'
    '"Kazakhstan, of\r\nCentral Asia",KAZ,"1,5"\r\n'
    "Kyrgyz Republic,KGZ,\r\n"
    "World,WLD,7\r\n"
    '"China",CHN,3'
)


def test_the_records_of_the_economies_named_are_kept_to_the_letter():
    kept = of_economies(TEXT, {"KAZ", "CHN"})
    header, kazakhstan = TEXT.split("Kyrgyz")[0], TEXT.rsplit("\n", 1)[1]
    assert kept == header + kazakhstan


def test_a_pair_is_kept_when_both_of_its_economies_are_named():
    pairs = "iso_o,iso_d,dist\nKAZ,CHN,1\nKAZ,RUS,2\nRUS,CHN,3\n"
    assert of_economies(pairs, {"KAZ", "CHN"}) == "iso_o,iso_d,dist\nKAZ,CHN,1\n"


def test_a_text_that_lists_no_economies_is_told_from_one_that_holds_none_of_them():
    assert of_economies("date,price\n2020,1\n", {"KAZ"}) is None
    assert of_economies("iso_o,iso_d\nRUS,IND\n", {"KAZ"}) == ""
