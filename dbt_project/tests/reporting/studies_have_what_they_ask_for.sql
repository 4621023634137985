{#- Fails for every study that asks for something and has no row of it: the tables may be empty, but only where no
    study asks. Of an earlier day it warns: what was not known yet is absent, not wrong. -#}
{{ config(severity="warn" if var("as_of") else "error") }}

{%- set asked = {
    "has_panel": "fct_study_panel",
    "has_index": "rpt_cbec_index",
    "has_gravity": "rpt_gravity_fit",
    "has_potential": "rpt_trade_potential",
    "has_printed_numbers": "rpt_replication",
} -%}

{%- for flag, table in asked.items() %}
select
    studies.study,
    '{{ table }}' as missing_from
from {{ ref("dim_study") }} as studies
where
    studies.{{ flag }}
    and not exists (
        select 1
        from {{ ref(table) }} as published
        where published.study = studies.study
    )
{{ "union all" if not loop.last }}
{%- endfor %}
