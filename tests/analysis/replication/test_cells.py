"""Every printed number is there once, and the table says what it may say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pandas as pd
import pytest
import yaml

from analysis.estimate import estimate_study
from analysis.replication.cells import concerns
from analysis.replication.comparison import KINDS, VERDICTS

DERIVED = ("consistency.", "implied.", "potential_class.")
# Keys of the reference that hold labels of rows and columns, or repeat a number that stands elsewhere.
LABELS = {"years", "suspicious_cells", "printed_as_dash", "indicator_rows_with_unit_in_ocr"}


@pytest.fixture(scope="module")
def tables(lean_study, invented_panel) -> dict[str, pd.DataFrame]:
    return estimate_study(lean_study, invented_panel)


@pytest.fixture(scope="module")
def invented(tables) -> pd.DataFrame:
    return tables["replication"]


@pytest.fixture(scope="module")
def real(real_tables) -> pd.DataFrame:
    return real_tables["replication"]


def printed_numbers(node: object) -> Iterator[float]:
    """Every number of the reference that the paper prints."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in LABELS:
                yield from printed_numbers(value)
    elif isinstance(node, list):
        for value in node:
            yield from printed_numbers(value)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield float(node)


@pytest.mark.real_data
def test_every_printed_number_appears_exactly_once_per_fill_set(central_asia, invented, shared_reference):
    printed = yaml.safe_load((shared_reference / "central_asia_2024.yaml").read_text())["printed"]
    wanted = Counter(printed_numbers(printed))
    effect = printed["final_regression_random_effects"]["reading_in_text_cbec_effect"]
    wanted[float(effect.rstrip("%"))] += 1
    own = invented[~invented["item"].str.startswith(DERIVED)]
    assert Counter(own.drop_duplicates("item")["printed_value"].dropna()) == wanted
    # Items without a fill set, items of the index under the base one, all others under every one.
    per_item = own.groupby("item")["fill_set"].nunique()
    assert set(per_item) == {1, len(central_asia.fill_sets)}


@pytest.mark.real_data
def test_printed_cells_stand_where_the_reference_has_them(central_asia, invented, shared_reference):
    reference = yaml.safe_load((shared_reference / "central_asia_2024.yaml").read_text())
    printed, order = reference["printed"], reference["derived"]["row_order"]["index_and_k_rows"]
    value = invented.drop_duplicates("item").set_index("item")["printed_value"]
    for row, partner in order.items():
        for year, index, ratio in zip(
            printed["index_table"]["years"],
            printed["index_table"]["rows"][row],
            printed["potential"]["table"]["rows"][row],
            strict=True,
        ):
            assert value[f"index.{partner}.{year}"] == index
            assert value[f"potential.{partner}.{year}"] == ratio or ratio is None
    regression = {"coef": "estimate", "se": "std_error", "p": "p_value"}
    for table, prefix in (
        ("descriptive_statistics", "descriptive"),
        ("hausman_table", "hausman"),
        ("final_regression_random_effects", "regression"),
    ):
        block = printed[table]
        columns = block.get("columns", [])
        names = regression if prefix == "regression" else {}
        for term, cells in block.items():
            if term in central_asia.printed.comparison.terms:
                pairs = cells.items() if isinstance(cells, dict) else zip(columns, cells, strict=True)
                for column, cell in pairs:
                    assert value[f"{prefix}.{term}.{names.get(column, column)}"] == cell
    for text in [item["rule"] for item in printed["potential"]["thresholds"]] + printed["abstract_claims"]:
        assert text in set(invented["printed_text"])
    lost = " ".join(item["text"] for item in printed["other_numbers_in_text"])
    ours = " ".join(invented.loc[invented["item"].str.startswith("unplaced"), "printed_text"])
    assert re.findall(r"[\d.]+", lost) == re.findall(r"[\d.]+", ours)


@pytest.mark.real_data
def test_what_is_derived_in_the_reference_comes_out_of_the_printed_numbers(invented, shared_reference):
    derived = yaml.safe_load((shared_reference / "central_asia_2024.yaml").read_text())["derived"]
    ours = invented.set_index("item")["our_value"]
    printed = invented.set_index("item")["printed_value"]
    arithmetic, hausman = derived["arithmetic"], derived["hausman"]
    assert ours["consistency.index.mean"] == pytest.approx(arithmetic["index_table_mean"], abs=5e-5)
    assert ours["consistency.index.sd"] == pytest.approx(arithmetic["index_table_sd_ddof1"], abs=5e-5)
    assert ours["consistency.f_test.p_value"] == pytest.approx(arithmetic["f_p_value"], abs=5e-6)
    assert ours["consistency.hausman.sigmaless"] == pytest.approx(hausman["H_sigmaless"]["chi2"], abs=5e-3)
    assert ours["consistency.hausman.sigmamore"] == pytest.approx(hausman["H_sigmamore"]["chi2"], abs=5e-3)
    for term, std_error in arithmetic["implied_fe_se"].items():
        assert printed[f"implied.fe_std_error.{term}"] == pytest.approx(std_error, abs=1e-9)
    for column in ("fe", "re"):
        implied = arithmetic["mean_lntrade_implied"][f"from_{column}"]
        assert printed[f"implied.mean_log_trade.{column}"] == pytest.approx(implied, abs=1e-9)


def test_verdicts_come_from_the_vocabulary_and_have_a_reason(invented):
    assert set(invented["verdict"]) <= set(VERDICTS)
    assert invented["reason"].notna().all()
    assert invented["fill_set"].notna().all()


def test_regression_cells_stand_under_every_declared_fill_set(central_asia, invented):
    found = invented[invented["item"] == "regression.cbec.estimate"]
    assert list(found["fill_set"]) == sorted(item.fill_set for item in central_asia.fill_sets)
    assert set(found["term"]) == {"cbec_index_printed"}
    assert found["printed_std_error"].tolist() == [0.698] * 4
    assert found["difference"].to_numpy() == pytest.approx(
        found["our_value"].to_numpy() - found["printed_value"].to_numpy()
    )


def test_our_side_of_the_regression_tables_is_what_is_published(tables, invented):
    table = tables["gravity_coefficients"].query("model == 'paper_rebuild' and flow == 'total'")
    of = table.set_index(["specification", "term"])
    fixed = of.loc[("fixed_effects.classical_t.trend", "log_population")]
    random = of.loc[("random_effects_sigma_u_zero.classical_normal.trend", "log_population")]
    ours = invented[invented["fill_set"] == "trend"].set_index("item")["our_value"]
    assert ours["hausman.lnpop.fe"] == fixed["estimate"]
    assert ours["hausman.lnpop.re"] == random["estimate"]
    assert ours["hausman.lnpop.difference"] == fixed["estimate"] - random["estimate"]
    variance = fixed["std_error"] ** 2 - random["std_error"] ** 2
    assert variance > 0
    assert ours["hausman.lnpop.se"] == pytest.approx(variance**0.5)
    for column in ("estimate", "std_error", "p_value", "ci_low", "ci_high"):
        assert ours[f"regression.lnpop.{column}"] == random[column]
    assert ours["regression.lnpop.z"] == random["statistic"]
    assert ours["regression.lnpop.z"] == pytest.approx(random["estimate"] / random["std_error"])


def test_the_printed_index_is_never_called_reproduced(invented):
    index = invented[invented["item"].str.startswith("index.")]
    assert len(index) == 40
    assert set(index["verdict"]) == {"not reproducible"}
    assert index["our_value"].notna().all()


def test_a_dash_and_a_negative_k_are_kept_as_printed_and_not_compared(invented):
    cells = invented[invented["fill_set"] == "carry_proxy"].set_index("item")
    dash = cells.loc["potential.TJK.2019"]
    assert (dash["printed_text"], dash["verdict"]) == ("-", "not reproducible")
    assert pd.isna(dash["printed_value"])
    negative = cells.loc["potential.TJK.2015"]
    assert (negative["printed_value"], negative["verdict"]) == (-4.688, "not reproducible")
    assert cells.loc["potential_class.TJK.2015", "printed_text"] == "undefined"
    assert "potential_class.TJK.2019" not in cells.index


def test_the_printed_rule_gives_the_printed_k_its_class(invented):
    cells = invented[invented["fill_set"] == "carry_proxy"].set_index("item")["printed_text"]
    assert cells["potential_class.KAZ.2020"] == "potential reshaping"
    assert cells["potential_class.KGZ.2020"] == "huge potential"
    assert cells["potential_class.UZB.2020"] == "potential expansion"


def test_our_classes_are_the_printed_rule(invented):
    rules = invented[invented["item"].str.startswith("potential_rule.")]
    assert list(rules["our_text"]) == ["K < 0.8", "0.8 <= K <= 1.2", "K > 1.2"]
    assert set(rules["verdict"]) == {"equal to printed digits"}


def test_every_note_reaches_an_item(central_asia, invented):
    items = set(invented["item"])
    for key, note in central_asia.printed.notes.items():
        reached = [item for item in items if concerns(key, item)]
        assert reached, key
        assert invented.loc[invented["item"].isin(reached), "reason"].str.endswith(note).all()


def test_a_note_is_about_items_that_start_like_its_key_part_by_part():
    assert concerns("potential", "potential.KAZ.2013")
    assert not concerns("potential", "potential_class.KAZ.2013")
    assert concerns("hausman.*.fe", "hausman.lnpop.fe")
    assert not concerns("hausman.*.fe", "hausman.lnpop.re")
    assert not concerns("hausman.*.fe", "hausman.decision")


def test_what_is_said_of_fixed_effects_stands_at_no_other_estimate(invented):
    says = invented["item"][invented["reason"].str.contains("Fixed effects hang on the edition")]
    assert set(says.str.split(".").str[-1]) == {"fe", "difference", "se", "decision"}


def test_whose_an_extreme_is_that_print_does_not_name_is_called_inferred(invented):
    named = invented[invented["reason"].str.contains(r"must be Turkmenistan|Uzbekistan's of 2016")]
    assert set(named["item"]) == {"descriptive.lncpi.min", "descriptive.lnopen.min"}
    assert named["reason"].str.contains("is inferred").all()


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("regression.lnpop.estimate", "printed"),
        ("regression.r_squared", "printed"),
        ("hausman.lnpop.fe", "printed"),
        ("hausman.lnpop.re", "derived"),
        ("regression.cbec.effect_in_text", "derived"),
        ("hausman.decision", "claim"),
        ("descriptive.lnpop.mean", "printed"),
        ("descriptive.lnpop.n", "trivial"),
        ("descriptive.cbec.mean", "trivial"),
        ("f_test.statistic", "printed"),
        ("f_test.df2", "trivial"),
        ("sample.years", "trivial"),
        ("index.KAZ.2013", "printed"),
        ("index_method.kmo", "printed"),
        ("index_method.indicators", "trivial"),
        ("potential.KAZ.2013", "printed"),
        ("potential_rule.1", "derived"),
        ("potential_class.KAZ.2013", "derived"),
        ("claim.3", "claim"),
        ("consistency.z.lnpop", "consistency"),
        ("implied.fe_std_error.lnpop", "implied"),
        ("unplaced.1", "printed"),
    ],
)
def test_an_item_is_counted_with_its_like(invented, item, kind):
    assert set(invented.loc[invented["item"] == item, "kind"]) == {kind}


def test_every_item_has_one_kind_out_of_six(invented):
    assert set(invented["kind"]) == set(KINDS)
    assert (invented.groupby("item")["kind"].nunique() == 1).all()


def test_a_cell_that_print_repeats_is_an_item_that_names_the_other(invented):
    again = invented[invented["item"].str.match(r"hausman\..*\.re$")]
    assert len(again) == 32
    cells = invented.set_index(["item", "fill_set"])
    for row in again.itertuples():
        other = row.item.replace("hausman", "regression").removesuffix("re") + "estimate"
        assert row.reason.startswith(f"Printed twice, judged as {other}. ")
        assert row.printed_value == cells.loc[(other, row.fill_set), "printed_value"]
        assert row.verdict == cells.loc[(other, row.fill_set), "verdict"]
    assert not invented["reason"][invented["kind"] != "derived"].str.contains("Printed twice").any()


def test_equal_to_printed_digits_is_said_of_nothing_that_shows_others(invented, real):
    for table in (invented, real):
        equal = table[table["verdict"] == "equal to printed digits"]
        is_number = equal["printed_value"].notna()
        shown = equal.loc[is_number, "our_text"].astype(float)
        assert len(shown) > 50
        assert (shown == equal.loc[is_number, "printed_value"]).all()
        texts = equal[~is_number]
        assert (texts["printed_text"] == texts["our_text"]).all()


def test_a_bound_beyond_zero_says_so(real):
    bounds = real[real["item"].str.contains(r"\.ci_(?:low|high)$") & (real["kind"] == "printed")]
    is_beyond = bounds["our_value"] * bounds["printed_value"] < 0
    within = bounds[is_beyond & (bounds["verdict"] == "within 1 printed se")]
    assert len(within) >= 1
    assert (bounds["reason"].str.contains("on the other side of 0") == is_beyond).all()


def test_published_extremes_are_equal_to_the_printed_digits(real):
    cells = real[real["fill_set"] == "carry_proxy"].set_index("item")["verdict"]
    for item in (
        "descriptive.lnPgdp.min",
        "descriptive.lnPgdp.max",
        "descriptive.lnpop.min",
        "descriptive.lnpop.max",
        "descriptive.lnnet.min",
        "descriptive.lnnet.max",
        "descriptive.lncpi.max",
        "descriptive.lnopen.max",
        "descriptive.cbec.mean",
    ):
        assert cells[item] == "equal to printed digits", item
    for item in ("implied.mean_log_trade.fe", "implied.mean_log_trade.re", "descriptive.cbec.min"):
        assert cells[item] == "same sign", item
    assert cells["descriptive.lndist.min"] == "differs"


def test_most_filled_slopes_lie_within_a_printed_standard_error_and_complete_cases_do_not(real):
    slopes = real[real["item"].str.match(r"regression\.(ln\w+|cbec)\.estimate")]
    within = slopes[slopes["verdict"] == "within 1 printed se"].groupby("fill_set").size()
    assert within[["carry_proxy", "trend", "deflator_proxy"]].min() >= 5
    sign = slopes.set_index(["item", "fill_set"])["our_value"]
    assert sign["regression.cbec.estimate", "complete_cases"] < 0
