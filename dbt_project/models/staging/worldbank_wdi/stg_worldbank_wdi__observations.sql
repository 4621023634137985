with observations as (

    select *
    from {{ source("worldbank_wdi", "observations") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        observations.file_id,
        observations.row_number,
        observations.vintage,
        observations.loaded_at,
        {{ trimmed("observations.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        {{ trimmed("observations.indicator_code") }} as indicator_code,
        observations.year,
        cast({{ trimmed("observations.value") }} as double) as value
    from observations
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("observations.country_code"), "observations.year") }}

)

select *
from renamed
