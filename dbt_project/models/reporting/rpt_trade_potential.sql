select
    estimates.study,
    estimates.model,
    estimates.specification,
    estimates.flow,
    estimates.partner_iso3,
    countries.country_name as partner_name,
    cast(estimates.year as integer) as year,
    estimates.actual_trade_usd,
    estimates.predicted_trade_usd,
    estimates.potential_ratio,
    estimates.potential_class,
    estimates.potential_gap_usd,
    estimates.filled_share,
    estimates.is_selected,
    estimates.caveat
from {{ source("estimates", "trade_potential") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.partner_iso3
    and countries.is_canonical
