{#- Warns of every cell of commodity trade that two files of one vintage state differently. The value is taken from
    the file that is preferred (macro file_preference). -#}
{{ config(severity="warn") }}

select
    source,
    reported_by,
    period_kind,
    period_date,
    exporter_code,
    importer_code,
    commodity_classification,
    commodity_code,
    mode_code,
    registration_place_code,
    currency,
    vintage,
    count(distinct file_id) as file_count,
    min(trade_value) as lowest_value,
    max(trade_value) as highest_value
from {{ ref("int_commodity_trade__unioned") }}
group by
    source,
    reported_by,
    period_kind,
    period_date,
    period_last_month,
    exporter_code,
    importer_code,
    commodity_classification,
    commodity_code,
    mode_kind,
    mode_code,
    registration_place_code,
    currency,
    vintage
having
    count(distinct file_id) > 1
    and min(trade_value) <> max(trade_value)
