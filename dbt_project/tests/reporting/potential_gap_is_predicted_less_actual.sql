{#- Fails for every gap that is not predicted less actual trade, or stands without them: what the equation expects
    beyond what is there, in the same dollars. -#}

select
    study,
    model,
    specification,
    flow,
    partner_iso3,
    year,
    actual_trade_usd,
    predicted_trade_usd,
    potential_gap_usd
from {{ ref("rpt_trade_potential") }}
where
    potential_gap_usd is not null
    and coalesce(
        abs(potential_gap_usd - (predicted_trade_usd - actual_trade_usd))
        > 1e-6 * greatest(abs(predicted_trade_usd), abs(actual_trade_usd)),
        true
    )
