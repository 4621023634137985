"""The sample's downloads of China's customs: in the platform's own form, their figures the publisher's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_sample import read


@pytest.fixture(scope="module")
def sample(repository: Path) -> Path:
    return repository / "sample"


def test_customs_files_are_as_the_query_platform_sends_them(sample):
    paths = sorted((sample / "gacc").rglob("*.csv"))
    assert len(paths) == 2
    for path in paths:
        lines = path.read_bytes().decode("gbk").splitlines()
        assert all(line.startswith('"') and line.endswith('",') for line in lines), path.name
        assert all(re.fullmatch(r"\d{6}", row["数据年月"]) for row in read(path)), path.name


@pytest.mark.parametrize(
    ("name", "month", "code", "partner", "yuan"),
    [
        ("exports/petrol_2024.csv", "202401", "27101210", None, "4,732,785,797"),
        ("imports/soybeans_2024-2025.csv", "202401", "12019019", "410", "16,536,067,327"),
    ],
)
def test_a_customs_figure_is_the_publishers_to_the_letter(sample, name, month, code, partner, yuan):
    (row,) = (
        row
        for row in read(sample / "gacc" / name)
        if (row["数据年月"], row["商品编码"], row.get("贸易伙伴编码")) == (month, code, partner)
    )
    assert row["人民币"] == yuan


@pytest.mark.real_data
def test_the_customs_figures_are_those_of_the_downloads(sample, shared_data):
    folder = shared_data / "customs"
    fuels = (folder / "gacc_fuel_export_2024_no_partner.utf8.csv").read_text(encoding="utf-8").splitlines()
    petrol = (sample / "gacc" / "exports" / "petrol_2024.csv").read_bytes().decode("gbk").splitlines()
    assert petrol == [fuels[0], *(line for line in fuels if '"27101210"' in line)]
    downloads = [
        (folder / f"gacc_soybean_{year}in.csv").read_bytes().decode("gb18030").splitlines()
        for year in (2024, 2025)
    ]
    wanted = re.compile(r'"\d{6}","(402|410)",.*"12019019"')
    soybeans = (
        (sample / "gacc" / "imports" / "soybeans_2024-2025.csv").read_bytes().decode("gbk").splitlines()
    )
    assert soybeans == [
        downloads[0][0],
        *(line for lines in downloads for line in lines if wanted.match(line)),
    ]
