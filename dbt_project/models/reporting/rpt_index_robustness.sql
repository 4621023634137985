select
    estimates.study,
    estimates.perturbation_kind,
    estimates.country_iso3,
    countries.country_name,
    cast(estimates.year as integer) as year,
    estimates.index_value,
    cast(estimates.index_rank as integer) as index_rank,
    cast(estimates.variant_count as integer) as variant_count,
    estimates.index_low,
    estimates.index_median,
    estimates.index_high,
    cast(estimates.rank_low as integer) as rank_low,
    cast(estimates.rank_median as integer) as rank_median,
    cast(estimates.rank_high as integer) as rank_high,
    cast(estimates.rank_best as integer) as rank_best,
    cast(estimates.rank_worst as integer) as rank_worst,
    estimates.same_rank_share,
    estimates.interval_level,
    estimates.driver,
    estimates.caveat
from {{ source("estimates", "index_robustness") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.country_iso3
    and countries.is_canonical
