"""A regression table in its four languages: golden texts of a tiny one, and what must hold of any."""

from __future__ import annotations

import csv
import html.parser
import io
import math
import re

import pytest

from analysis.regression_tables.columns import Coefficient, ModelColumn, in_one_order
from analysis.regression_tables.table import FORMATS, RegressionTable, regression_table


def coefficient(estimate: float, std_error: float, p_value: float, reach: float = 2.0) -> Coefficient:
    return Coefficient(
        estimate,
        std_error,
        estimate / std_error,
        p_value,
        estimate - reach * std_error,
        estimate + reach * std_error,
    )


@pytest.fixture
def columns() -> tuple[ModelColumn, ModelColumn]:
    return (
        ModelColumn(
            title="Pooled OLS",
            outcome="ln trade",
            coefficients={"const": coefficient(-6.5, 2.0, 0.001), "log_gdp": coefficient(0.75, 0.5, 0.14)},
            footer={"Observations": "1,040", "R² (overall)": "0.948"},
            caveats=("Errors hang together",),
            remarks=("N minus k: RSS/(n-k)",),
        ),
        ModelColumn(
            title="Fixed effects",
            outcome="ln trade",
            coefficients={"log_gdp": coefficient(-0.25, 0.1, 0.02), "rta": coefficient(0.5, 0.25, 0.04)},
            footer={"Observations": "1,040", "Effects": "partner", "R² (within)": "0.822"},
            caveats=("Errors hang together",),
            remarks=("N minus k: RSS/(n-k)",),
        ),
    )


LATEX = r"""\begin{table}[htbp]
\centering
\caption{Trade \& income}
\label{tab:trade}
\begin{tabular}{lcc}
\toprule
 & (1) & (2) \\
Outcome & ln trade & ln trade \\
Model & Pooled OLS & Fixed effects \\
\midrule
ln GDP & 0.750 & $-$0.250$^{**}$ \\
 & (0.500) & (0.100) \\
rta &  & 0.500$^{**}$ \\
 &  & (0.250) \\
const & $-$6.500$^{***}$ &  \\
 & (2.000) &  \\
\midrule
Observations & 1,040 & 1,040 \\
Effects &  & partner \\
R$^2$ (within) &  & 0.822 \\
R$^2$ (overall) & 0.948 &  \\
\bottomrule
\end{tabular}

\begin{minipage}{\linewidth}
\footnotesize
Standard errors in parentheses. \\
{}* p \textless{} 0.1, ** p \textless{} 0.05, *** p \textless{} 0.01. \\
N minus k: RSS/(n-k). \\
(1) (2) Errors hang together.
\end{minipage}
\end{table}
"""

MARKDOWN = r"""|              |        (1) |           (2) |
| ------------ | ---------: | ------------: |
| Outcome      |   ln trade |      ln trade |
| Model        | Pooled OLS | Fixed effects |
| log\_gdp     |       0.75 |         -0.25 |
| rta          |            |          0.50 |
| const        |      -6.50 |               |
| Observations |      1,040 |         1,040 |
| Effects      |            |       partner |
| R² (within)  |            |         0.822 |
| R² (overall) |      0.948 |               |

N minus k: RSS/(n-k).
"""

CSV = """term,statistic,(1),(2)
,outcome,ln trade,ln trade
,model,Pooled OLS,Fixed effects
log_gdp,estimate,0.750,-0.250
log_gdp,std_error,0.500,0.100
log_gdp,statistic,1.500,-2.500
log_gdp,p_value,0.140,0.020
log_gdp,ci_low,-0.250,-0.450
log_gdp,ci_high,1.750,-0.050
"""


def test_latex_of_a_tiny_table(columns):
    table = regression_table(
        columns,
        stars=True,
        term_labels={"log_gdp": "ln GDP"},
        caption="Trade & income",
        label="tab:trade",
    )
    assert table.to_latex() == LATEX


def test_markdown_of_a_tiny_table(columns):
    found = regression_table(columns, below="nothing", digits=2, has_caveats=False).to_markdown()
    assert found == MARKDOWN


def test_csv_of_a_tiny_table(columns):
    assert regression_table(columns).to_csv().startswith(CSV)


def test_html_is_one_well_formed_table(columns):
    text = regression_table(columns, stars=True, below="interval", caption="<b>").to_html()
    opened: list[str] = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag != "br":
                opened.append(tag)

        def handle_endtag(self, tag):
            assert opened.pop() == tag

    Parser().feed(text)
    assert opened == []
    assert "&lt;b&gt;" in text
    assert "<td>−0.250<sup>**</sup></td>" in text
    assert "[−0.450, −0.050]" in text


def test_stars_are_off_unless_asked_for_and_their_levels_are_told(columns):
    assert "*" not in regression_table(columns).to_latex().replace(r"\*", "")
    starred = regression_table(columns, stars=(0.03,))
    assert "* p < 0.03." in starred.grid().notes
    assert [cell.stars for cell in starred.grid().body[0][1]] == [0, 1]


HOSTILE = r"a_b & 5% of $x^2$ #1 {y} ~ \end{tabular} <script> | * ` [z]"


@pytest.mark.parametrize("form", ["latex", "html", "markdown"])
def test_no_text_of_ours_is_taken_for_a_command(columns, form):
    column = ModelColumn(HOSTILE, HOSTILE, {HOSTILE: coefficient(1, 1, 1)}, {HOSTILE: HOSTILE}, (HOSTILE,))
    text = regression_table([column], caption=HOSTILE, label=HOSTILE).render(form)
    if form == "latex":
        assert text.count(r"\end{tabular}") == 1
        body = re.sub(r"\\[&%$#{}_]", "", text)
        assert all(
            len(re.findall("&", line)) == 1
            for line in body.splitlines()
            if line.endswith(r"\\") and "&" in line
        )
        # What remains outside of formulas and the label once escaped marks are gone.
        plain = re.sub(r"\$[^$]*\$|\\label\{[^}]*\}", "", body)
        assert not re.search(r"[%#$_^~|<>]", plain)
    elif form == "html":
        assert "<script>" not in text
    else:
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]
        assert set(cells) == {3}
        assert "<script" not in text.replace(r"\<script", "")


def test_csv_holds_numbers_that_read_back_and_no_formula(columns):
    column = ModelColumn("=1+1", "", {"@sum": coefficient(-0.5, 0.2, 0.03)}, {"+a": "-b"})
    rows = list(csv.reader(io.StringIO(regression_table([*columns, column]).to_csv())))
    assert {len(row) for row in rows} == {5}
    numbers = {"estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high"}
    for row in rows[1:]:
        if row[1] in numbers:
            assert all(cell == "" or math.isfinite(float(cell)) for cell in row[2:])
        else:
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in (row[0], *row[2:]))


def test_nothing_is_shown_for_no_number_and_a_lost_sign_is_not_shown(columns):
    table = RegressionTable(columns)
    assert table.number(math.nan) == ""
    assert table.number(-0.0001) == "0.000"
    assert (table.number(math.inf), table.number(-math.inf)) == ("∞", "-∞")
    lost = Coefficient(1.0, math.nan, math.nan, math.nan, -math.inf, 2.0)
    (_, estimates), (_, below) = (
        regression_table([ModelColumn("m", "", {"x": lost}, {})], stars=True, below="interval").grid().body
    )
    assert (estimates[0].text, estimates[0].stars, below[0].text) == ("1.000", 0, "[-∞, 2.000]")


def test_terms_keep_the_order_of_the_fits_and_the_constant_comes_last(columns):
    assert [label for label, _ in regression_table(columns, below="nothing").grid().body] == [
        "log_gdp",
        "rta",
        "const",
    ]
    assert in_one_order([["a", "c"], ["a", "b", "c"], ["d"]]) == ["d", "a", "b", "c"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"below": "se"}, "expected one of"),
        ({"digits": 11}, "0 to 10"),
        ({"stars": (0.05, 1.5)}, "between 0 and 1"),
    ],
)
def test_options_that_mean_nothing_are_refused(columns, options, said):
    with pytest.raises(ValueError, match=said):
        regression_table(columns, **options)


def test_no_model_and_no_language_are_refused(columns):
    with pytest.raises(ValueError, match="no model"):
        regression_table([])
    with pytest.raises(ValueError, match="expected one of"):
        regression_table(columns).render("word")


def test_the_frame_has_a_row_per_column_and_term(columns):
    frame = regression_table(columns).to_frame()
    assert list(frame["column"]) == [1, 1, 2, 2]
    assert list(frame.columns[:4]) == ["column", "title", "outcome", "term"]
    assert frame.loc[2, "estimate"] == -0.25


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_models_give_the_same_text(columns, form):
    assert regression_table(columns).render(form) == regression_table(list(columns)).render(form)


def test_maketables_takes_the_columns_as_they_are(columns):
    maketables = pytest.importorskip("maketables")
    text = maketables.ETable(list(columns)).make(type="tex")
    assert "-0.250" in text
    assert "1,040" in text
