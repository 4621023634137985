select
    estimates.study,
    estimates.country_iso3,
    countries.country_name,
    cast(estimates.year as integer) as year,
    estimates.dimension,
    estimates.position,
    estimates.is_measured,
    estimates.score,
    estimates.dimension_rank,
    estimates.rank_best,
    estimates.rank_worst,
    estimates.is_binding,
    estimates.binding_share,
    estimates.best_score,
    estimates.best_countries,
    estimates.gap_to_best,
    estimates.indicator_count,
    estimates.scored_indicator_count,
    estimates.missing_indicators,
    estimates.filled_share,
    estimates.way_count,
    estimates.caveat
from {{ source("estimates", "index_dimensions") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.country_iso3
    and countries.is_canonical
