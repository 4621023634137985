select
    estimates.study,
    estimates.model,
    estimates.specification,
    estimates.flow,
    estimates.partner_iso3,
    countries.country_name as partner_name,
    cast(estimates.year as integer) as year,
    estimates.driver,
    estimates.driver_kind,
    estimates.log_contribution,
    estimates.actual_change_usd,
    estimates.predicted_change_usd,
    estimates.is_selected
from {{ source("estimates", "potential_decomposition") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.partner_iso3
    and countries.is_canonical
