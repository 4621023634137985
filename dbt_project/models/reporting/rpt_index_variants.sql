select
    estimates.study,
    cast(estimates.variant as integer) as variant,
    estimates.country_iso3,
    countries.country_name,
    cast(estimates.year as integer) as year,
    estimates.variant_kind,
    estimates.is_reference,
    estimates.fill_set,
    estimates.treatment,
    estimates.scaling,
    estimates.matrix,
    estimates.rotation,
    estimates.retention,
    estimates.weights,
    estimates.aggregation,
    estimates.left_out_indicator,
    estimates.index_value,
    cast(estimates.index_rank as integer) as index_rank
from {{ source("estimates", "index_variants") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.country_iso3
    and countries.is_canonical
