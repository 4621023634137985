with chain_rates as (

    select distinct
        study,
        chain_rate_variable as variable
    from {{ ref("stg_serai__study_variables") }}
    where chain_rate_variable is not null

),

variables as (

    -- A chained variable is built from the cells of its rate, so only the rate is looked up.
    select
        vintaged.study,
        vintaged.variable,
        vintaged.indicator_code,
        vintaged.scope = 'world' as is_world,
        vintaged.scope in ('pair', 'pair_fixed') as is_pair,
        vintaged.vintage,
        vintaged.vintage_rule,
        vintaged.is_later_vintage,
        chain_rates.variable is not null as is_chain_rate
    from {{ ref("int_study_variables__vintaged") }} as vintaged
    left join chain_rates
        on chain_rates.study = vintaged.study
        and chain_rates.variable = vintaged.variable
    where vintaged.chain_rate_variable is null

),

units as (

    select
        partners.study,
        variables.variable,
        partners.country_iso3,
        partners.year,
        partners.reference_iso3,
        variables.indicator_code,
        variables.is_world,
        case when variables.is_pair then 'pair' else 'country' end as unit_kind,
        case
            when variables.is_pair then partners.reference_iso3 || '-' || partners.country_iso3
            else partners.country_iso3
        end as unit_id,
        variables.vintage,
        variables.vintage_rule,
        variables.is_later_vintage,
        partners.is_partner,
        partners.is_in_study,
        partners.last_year_read
    from {{ ref("int_study_partners__dated") }} as partners
    inner join variables
        on variables.study = partners.study
    where
        (partners.is_in_study or variables.is_chain_rate)
        -- The reference country has no trade with itself to explain.
        and not (partners.is_reference and variables.is_pair)

)

select
    study,
    variable,
    country_iso3,
    year,
    reference_iso3,
    indicator_code,
    unit_kind,
    unit_id,
    case when is_world then 'world' else unit_id end as series_id,
    vintage,
    vintage_rule,
    is_later_vintage,
    is_partner,
    is_in_study,
    last_year_read
from units
