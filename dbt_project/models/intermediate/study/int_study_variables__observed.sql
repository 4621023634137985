-- A chained variable is observed through its rate: the rate's indicator, pin and rule decide its vintage.
select
    variables.study,
    variables.variable,
    variables.indicator_code,
    coalesce(rates.indicator_code, variables.indicator_code) as observed_indicator_code,
    catalogue.scope,
    variables.chain_rate_variable,
    variables.chain_base_year,
    variables.chain_base_value,
    case when rates.variable is null then variables.vintage_pin else rates.vintage_pin end as vintage_pin,
    coalesce(rates.is_later_vintage_allowed, variables.is_later_vintage_allowed) as is_later_vintage_allowed,
    studies.as_of,
    studies.year_to
from {{ ref("stg_serai__study_variables") }} as variables
inner join {{ ref("stg_serai__studies") }} as studies
    on studies.study = variables.study
left join {{ ref("stg_serai__study_variables") }} as rates
    on rates.study = variables.study
    and rates.variable = variables.chain_rate_variable
left join {{ ref("indicators") }} as catalogue
    on catalogue.indicator_code = coalesce(rates.indicator_code, variables.indicator_code)
