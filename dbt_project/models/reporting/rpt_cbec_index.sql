select
    estimates.study,
    estimates.country_iso3,
    countries.country_name,
    cast(estimates.year as integer) as year,
    estimates.index_value,
    cast(estimates.index_rank as integer) as index_rank,
    estimates.filled_share
from {{ source("estimates", "cbec_index") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.country_iso3
    and countries.is_canonical
