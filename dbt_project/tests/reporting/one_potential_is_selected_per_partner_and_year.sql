{#- Fails for every study, flow, partner and year of which not exactly one row is selected:
    a sum over selected rows must count each trade once. -#}

select
    study,
    flow,
    partner_iso3,
    year,
    count(*) filter (where is_selected) as selected_rows
from {{ ref("rpt_trade_potential") }}
group by study, flow, partner_iso3, year
having count(*) filter (where is_selected) <> 1
