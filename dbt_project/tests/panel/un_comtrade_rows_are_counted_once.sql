{#- Fails for every additive value that a file states twice, or that two files of one vintage state otherwise: nobody
    could tell which of them to add. -#}
select
    vintage,
    type_code,
    frequency_code,
    period,
    reporter_code,
    partner_code,
    flow_code,
    commodity_classification,
    commodity_code,
    count(*) as stated_rows,
    min(trade_value_usd) as lowest_value_usd,
    max(trade_value_usd) as highest_value_usd
from {{ ref("stg_un_comtrade__flows") }}
where is_additive
group by
    vintage,
    type_code,
    frequency_code,
    period,
    reporter_code,
    partner_code,
    flow_code,
    commodity_classification,
    commodity_code
having
    count(*) > count(distinct file_id)
    or min(trade_value_usd) <> max(trade_value_usd)
