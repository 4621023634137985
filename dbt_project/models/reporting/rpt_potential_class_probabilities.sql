select
    estimates.study,
    estimates.model,
    estimates.specification,
    estimates.flow,
    estimates.partner_iso3,
    countries.country_name as partner_name,
    cast(estimates.year as integer) as year,
    estimates.potential_class,
    cast(estimates.position as integer) as position,
    estimates.probability,
    estimates.is_selected
from {{ source("estimates", "potential_class_probabilities") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.partner_iso3
    and countries.is_canonical
