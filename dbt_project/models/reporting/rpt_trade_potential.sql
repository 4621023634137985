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
    estimates.caveat,
    cast(estimates.n_estimation as integer) as n_estimation,
    cast(estimates.n_potential as integer) as n_potential,
    estimates.potential_ratio_low,
    estimates.potential_ratio_high,
    estimates.new_draw_ratio_low,
    estimates.new_draw_ratio_high,
    estimates.potential_gap_low_usd,
    estimates.potential_gap_high_usd,
    estimates.class_probability,
    estimates.interval_level,
    estimates.interval_method,
    estimates.frontier_efficiency
from {{ source("estimates", "trade_potential") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.partner_iso3
    and countries.is_canonical
