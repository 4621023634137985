with named as (

    select study, services_exports_variable as variable from {{ ref("stg_serai__study_digital_trade") }}
    union
    select study, services_imports_variable as variable from {{ ref("stg_serai__study_digital_trade") }}
    union
    select study, value_variable as variable from {{ ref("stg_serai__study_digital_totals") }}
    union
    select study, percentage_variable as variable from {{ ref("stg_serai__study_digital_totals") }}
    union
    select study, measure as variable from {{ ref("stg_serai__study_digital_measures") }}
    where measure_kind = 'variable'

),

variables as (

    select
        digital.study,
        digital.year_from,
        digital.year_to,
        vintaged.variable,
        vintaged.observed_indicator_code as indicator_code,
        vintaged.vintage
    from {{ ref("stg_serai__study_digital_trade") }} as digital
    inner join named
        on named.study = digital.study
    inner join {{ ref("int_study_variables__vintaged") }} as vintaged
        on vintaged.study = named.study
        and vintaged.variable = named.variable

),

countries as (

    -- Every country that the release has: where its publisher states no total, the world is their sum.
    select
        variables.study,
        variables.variable,
        observations.country_iso3,
        false as is_world,
        observations.year,
        observations.value,
        observations.value_origin,
        variables.vintage,
        observations.file_id
    from variables
    inner join {{ ref("int_indicators__corrected") }} as observations
        on observations.indicator_code = variables.indicator_code
        and observations.vintage = variables.vintage
        and observations.year between variables.year_from and variables.year_to
    where observations.country_iso3 is not null and observations.reference_iso3 is null

),

world as (

    select
        variables.study,
        variables.variable,
        world_values.area_code as country_iso3,
        true as is_world,
        world_values.year,
        world_values.value,
        'reported' as value_origin,
        variables.vintage,
        world_values.file_id
    from variables
    inner join {{ ref("int_world_values__chosen") }} as world_values
        on world_values.indicator_code = variables.indicator_code
        and world_values.vintage = variables.vintage
        and world_values.year between variables.year_from and variables.year_to

)

select
    study, variable, country_iso3, year, is_world, value, value_origin, vintage, file_id
from countries

union all

select
    study, variable, country_iso3, year, is_world, value, value_origin, vintage, file_id
from world
