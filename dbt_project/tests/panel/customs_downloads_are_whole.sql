{#- Fails for every record of a customs download without a value, or whose period ends before it begins. -#}
select
    files.file_name,
    trade.row_number as line,
    trade.period_from,
    trade.period_to,
    trade.trade_value_cny,
    trade.trade_value_usd
from {{ ref("stg_gacc__commodity_trade") }} as trade
left join {{ ref("stg_meta__files") }} as files
    on files.file_id = trade.file_id
where
    (trade.trade_value_cny is null and trade.trade_value_usd is null)
    or trade.period_to < trade.period_from
