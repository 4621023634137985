"""Every published number that is at hand is claimed by a test that holds our functions against it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
PANELS, COVARIANCES = "gravity/test_published_panels.py", "gravity/test_published_covariances.py"
GRAVITY, POISSON = "gravity/test_published_gravity.py", "gravity/test_published_poisson.py"
ERRORS, RESET = "gravity/test_published_error_tests.py", "gravity/test_reset.py"
INDEX = "index/test_published_components.py"

# (set, item, fields) by pattern, and the test that reproduces them: module and function.
CLAIMS = [
    ("grunfeld", "ols", "coef", PANELS, "test_grunfeld_coefficients_and_standard_errors"),
    ("grunfeld", "fe", "*", PANELS, "test_grunfeld_coefficients_and_standard_errors"),
    ("grunfeld", "re_swar", "*", PANELS, "test_grunfeld_coefficients_and_standard_errors"),
    ("grunfeld", "re_components", "stat", PANELS, "test_grunfeld_variance_components"),
    *(("grunfeld", name, "stat", PANELS, "test_grunfeld_tests") for name in ("fe_f", "hausman", "bp_lm")),
    *(
        ("grunfeld", name, "se", COVARIANCES, "test_standard_errors")
        for name in (
            "plm_fe_scc_hc0_lag2",
            "plm_pool_scc_hc0_lag2",
            "fixest_dk2_default",
            "plm_fe_arellano_hc0",
            "plm_fe_dc",
            "clubsandwich_pooled_cr3",
        )
    ),
    ("grunfeld", "clubsandwich_pooled", "se", COVARIANCES, "test_cr0_and_cr2_equal_clubsandwich"),
    ("grunfeld", "clubsandwich_lsdv", "se", COVARIANCES, "test_cr0_and_cr2_equal_clubsandwich"),
    (
        "grunfeld",
        "clubsandwich_satterthwaite_*",
        "stat",
        COVARIANCES,
        "test_degrees_of_freedom_and_p_values_by_satterthwaite",
    ),
    ("grunfeld", "plm_re_*", "coef", COVARIANCES, "test_random_effects_equal_plm"),
    *(
        ("grunfeld", name, "stat", ERRORS, "test_of_the_errors_equals_plm")
        for name in (
            "plm_pcd",
            "plm_pcd_lm",
            "plm_wooldridge_ar",
            "plm_bg",
            "plm_dw",
            "plm_honda",
            "plm_baltagi_li",
        )
    ),
    *(
        ("plm_examples", "*", field, PANELS, "test_slopes_of_the_plm_examples")
        for field in ("pool", "between", "within", "swar")
    ),
    ("plm_examples", "*", "within_se", PANELS, "test_within_standard_errors_of_the_plm_examples"),
    *(
        ("plm_examples", "*", field, PANELS, "test_tests_of_the_plm_examples")
        for field in ("hausman", "F", "bp_lm")
    ),
    *(
        ("agtpa", name, "*", GRAVITY, "test_tables_of_the_unctad_wto_guide")
        for name in ("t1_ols", "t1_remoteness", "t1_ols_fe", "t3_ols")
    ),
    *(
        ("agtpa", name, "*", POISSON, "test_the_advanced_guide_with_country_year_effects")
        for name in ("t1_ppml_fe", "t3_ppml")
    ),
    *(
        ("agtpa", name, "*", POISSON, "test_the_advanced_guide_with_pair_effects_as_well")
        for name in ("t3_pairfe", "t3_phasing", "stata_rta_ppml_robust")
    ),
    *(
        ("log_of_gravity", name, field, GRAVITY, "test_tables_of_the_log_of_gravity")
        for name, fields in (
            ("t3_ols_lnT", ("n", "coef", "se")),
            ("t3_ols_ln1T", ("n", "coef")),
            ("t5_ols_fe", ("n", "coef", "se")),
        )
        for field in fields
    ),
    *(
        ("log_of_gravity", name, field, POISSON, "test_the_log_of_gravity_table_3")
        for name in ("t3_ppml", "t3_ppml_pos")
        for field in ("n", "coef", "se")
    ),
    (
        "log_of_gravity",
        "t5_ppml_fe",
        "*",
        POISSON,
        "test_the_log_of_gravity_table_5_with_exporter_and_importer_effects",
    ),
    ("log_of_gravity", "t3_*", "reset_p", RESET, "test_the_log_of_gravity"),
    ("ppmlhdfe", "fta_total", "*", POISSON, "test_the_free_trade_agreement_example_of_ppmlhdfe"),
    ("pca", "usarrests", "*", INDEX, "test_us_arrests"),
    ("pca", "thurstone", "*", INDEX, "test_thurstone"),
]

# Keys of an item that describe it and are not results.
DESCRIBING = {
    *("id", "what", "tol", "data", "index", "y", "x", "filter", "fe", "cluster", "ssc", "note"),
    *("regressors", "referee", "published"),
}


def result_fields(name: str, item: dict) -> Iterator[str]:
    """The results of one item: of Grunfeld's they are named by `what`, of others by their keys."""
    if "what" in item:
        yield item["what"]
        return
    for field, value in item.items():
        # The number of rows behind Thurstone's correlations is given, not found.
        if field in DESCRIBING or value is None or (name, item["id"], field) == ("pca", "thurstone", "n"):
            continue
        yield field


@pytest.fixture(scope="module")
def wanted(shared_reference) -> list[tuple[str, str, str]]:
    found = []
    for path in sorted((shared_reference / "econometrics").glob("*/expected.yaml")):
        name = path.parent.name
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["items"]:
            found += [(name, item["id"], field) for field in result_fields(name, item)]
    return found


def claims_of(name: str, identifier: str, field: str) -> list[tuple[str, str]]:
    return [
        (module, function)
        for of, item, result, module, function in CLAIMS
        if of == name and fnmatchcase(identifier, item) and fnmatchcase(field, result)
    ]


@pytest.mark.real_data
def test_every_published_number_has_a_test(wanted):
    assert len(wanted) > 80
    assert [key for key in wanted if not claims_of(*key)] == []


@pytest.mark.real_data
def test_no_claim_is_about_a_number_that_is_not_there(wanted):
    idle = [
        claim
        for claim in CLAIMS
        if not any(
            name == claim[0] and fnmatchcase(identifier, claim[1]) and fnmatchcase(field, claim[2])
            for name, identifier, field in wanted
        )
    ]
    assert idle == []


@pytest.mark.real_data
def test_a_test_that_claims_a_number_exists_and_names_item_and_field(wanted):
    trees: dict[str, ast.Module] = {}
    unfounded = []
    for name, identifier, field in wanted:
        for module, function in claims_of(name, identifier, field):
            if module not in trees:
                trees[module] = ast.parse((HERE / module).read_text(encoding="utf-8"))
            if not names_both(trees[module], function, identifier, field):
                unfounded.append((name, identifier, field, module, function))
    assert unfounded == []


def names_both(tree: ast.Module, function: str, identifier: str, field: str) -> bool:
    """Whether a module has the function, it asks for the field, and the module names the item."""
    definition = next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function), None
    )
    if definition is None:
        return False
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    own = {node.value for node in ast.walk(definition) if isinstance(node, ast.Constant)}
    return identifier in texts and field in own


def test_a_claim_of_a_test_that_does_not_ask_for_the_number_is_noticed():
    tree = ast.parse("def test_of_it(items):\n    assert ours == items['fe']['se']\n")
    assert names_both(tree, "test_of_it", "fe", "se")
    assert not names_both(tree, "test_of_it", "fe", "coef")
    assert not names_both(tree, "test_of_it", "re", "se")
    assert not names_both(tree, "test_of_another", "fe", "se")
