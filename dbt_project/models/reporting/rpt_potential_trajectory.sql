select
    estimates.study,
    estimates.model,
    estimates.specification,
    estimates.flow,
    estimates.partner_iso3,
    countries.country_name as partner_name,
    cast(estimates.first_year as integer) as first_year,
    cast(estimates.last_year as integer) as last_year,
    cast(estimates.n_years as integer) as n_years,
    estimates.first_class,
    estimates.last_class,
    cast(estimates.n_changes as integer) as n_changes,
    estimates.is_stable,
    estimates.class_path,
    estimates.first_ratio,
    estimates.last_ratio,
    estimates.is_selected
from {{ source("estimates", "potential_trajectory") }} as estimates
left join {{ ref("dim_country") }} as countries
    on countries.code = estimates.partner_iso3
    and countries.is_canonical
