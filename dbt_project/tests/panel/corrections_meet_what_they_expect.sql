{#- Warns of every value that a correction names and that the source states otherwise than the correction expects: the
    source may have repaired itself. Its value stands. Close the correction with `vintage_to`, or state anew what it
    expects; rpt_corrections lists it until then. -#}
{{ config(severity="warn") }}

select
    correction_id,
    indicator_code,
    series_id,
    year,
    vintage,
    source_value
from {{ ref("int_corrections__matched") }}
where not is_correction_expected

union all

select
    correction_id,
    indicator_code,
    series_id,
    year,
    vintage,
    source_value
from {{ ref("int_trade_corrections__matched") }}
where not is_correction_expected
