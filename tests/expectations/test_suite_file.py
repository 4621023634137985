"""Suite files are read strictly, and an error says where in the file it is."""

from __future__ import annotations

import pickle

import pytest

from expectations.suite_file import SuiteError, load_suites

GOOD = """\
table: rpt_thing
key: [study]
frames:
  by_study:
    by: [study]
    measures:
      total: {function: sum, column: value}
expectations:
  - name: value_is_a_share
    expectation: expect_column_values_to_be_between
    column: value
    min_value: 0
    max_value: 1
    severity: critical
    description: Shares lie between nothing and all.
  - name: total_is_one
    expectation: expect_column_values_to_be_between
    frame: by_study
    column: total
    min_value: 1
    max_value: 1
    severity: warning
    description: Shares of a study sum to one.
"""


def read(folder, text, name="rpt_thing.yml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_suites(folder)


def test_a_suite_is_read_frozen_and_can_travel_to_another_process(tmp_path):
    (suite,) = read(tmp_path, GOOD)
    assert [e.expected for e in suite.expectations] == ["at least 0, at most 1", "at least 1, at most 1"]
    with pytest.raises(ValueError, match="frozen"):
        suite.table = "other"
    assert pickle.loads(pickle.dumps(suite)) == suite


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    min_value: 0\n", "    minimum: 0\n", r"rpt_thing\.yml:12:5: .*minimum: Extra inputs"),
        ("table: rpt_thing\n", "table: rpt_thing\nowner: x\n", r"rpt_thing\.yml:2:1: owner: Extra inputs"),
        (
            "    by: [study]\n",
            "    by: [study]\n    having: 1\n",
            r"rpt_thing\.yml:6:5: frames\.by_study\.having",
        ),
        ("function: sum", "function: mean", r"rpt_thing\.yml:7:15: .*function: .*'sum'.*seen 'mean'"),
        (
            "severity: critical",
            "severity: fatal",
            r"rpt_thing\.yml:14:5: expectations\.0\.severity: .*'fatal'",
        ),
        (
            "be_between\n    column: value",
            "be_near\n    column: value",
            r"rpt_thing\.yml:9:5: .*expect_column",
        ),
        (
            "    max_value: 1\n    severity: critical",
            "    severity: critical",
            r"expectations\.0\.max_value: Field",
        ),
        ("table: rpt_thing", "table: rpt_other", r"seen table 'rpt_other', expected 'rpt_thing'"),
        (
            "key: [study]\n",
            "key: [study]\nkey: [year]\n",
            r"rpt_thing\.yml: line 3: key 'key' is given twice",
        ),
        ("key: [study]\n", "key: [study\n", r"rpt_thing\.yml: line \d+: "),
        ("name: total_is_one", "name: value_is_a_share", r"two expectations named 'value_is_a_share'"),
        (
            "    frame: by_study\n",
            "    frame: by_year\n",
            r"seen frame 'by_year', expected one of \['by_study'\]",
        ),
        ("    frame: by_study\n", "", r"seen frames \['by_study'\] that nothing uses"),
        (
            "    by: [study]\n",
            "    reads: later\n    by: [study]\n",
            r"reads 'later', expected a frame written above",
        ),
        ("    by: [study]\n", "", r"by and measures go together"),
        ("    by: [study]\n", "    prepare: magic\n    by: [study]\n", r"seen 'magic', expected one of"),
        ("column: value}", "column: value, equal_to: 1}", r"equal_to belongs to share_equal"),
        (
            "description: Shares lie between nothing and all.",
            "description: why",
            r"description: .*at least 20",
        ),
    ],
)
def test_a_wrong_suite_is_refused_with_its_file_and_key(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(SuiteError, match=message):
        read(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "value ** 9", "value.mean()", "value if 1 else 2", "'text'", "value +", "True"],
)
def test_only_arithmetic_computes_a_column(tmp_path, text):
    with pytest.raises(SuiteError, match="expected arithmetic"):
        read(
            tmp_path,
            GOOD.replace("    by: [study]\n", f'    by: [study]\n    columns: {{twice: "{text}"}}\n'),
        )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("min_value: 0\n    max_value: 1.0e+300\n    strict_min: true", "more than 0, finite"),
        ("min_value: -1.0e+300\n    max_value: 1", "at most 1, finite"),
        ("min_value: -1.0e+300\n    max_value: 1.0e+300", "finite"),
        (
            "min_value: 0\n    max_value: 1\n    strict_max: true\n    mostly: 0.9",
            "at least 0, less than 1, in at least 90% of rows",
        ),
    ],
)
def test_an_expectation_is_put_in_words(tmp_path, limits, words):
    (suite,) = read(tmp_path, GOOD.replace("min_value: 0\n    max_value: 1", limits, 1))
    assert suite.expectations[0].expected == words


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text"])
def test_a_file_without_keys_is_refused(tmp_path, text):
    with pytest.raises(SuiteError, match=r"rpt_thing\.yml.*valid dictionary"):
        read(tmp_path, text)


def test_a_folder_without_suites_is_refused_for_everything_would_pass(tmp_path):
    with pytest.raises(SuiteError, match="seen no suite"):
        load_suites(tmp_path)


def test_the_published_suites_load_in_the_order_of_their_tables():
    tables = [suite.table for suite in load_suites()]
    assert tables == sorted(tables)
    assert {"fct_study_panel", "rpt_cbec_index", "rpt_trade_potential"} <= set(tables)
