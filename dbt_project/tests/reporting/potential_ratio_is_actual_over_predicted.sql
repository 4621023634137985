{#- Fails for every potential ratio that is not actual over predicted trade, or stands without them: the columns then
    come from different estimations. -#}

select
    study,
    model,
    specification,
    flow,
    partner_iso3,
    year,
    actual_trade_usd,
    predicted_trade_usd,
    potential_ratio
from {{ ref("rpt_trade_potential") }}
where
    potential_ratio is not null
    and coalesce(abs(potential_ratio * predicted_trade_usd - actual_trade_usd) > 1e-6 * abs(actual_trade_usd), true)
