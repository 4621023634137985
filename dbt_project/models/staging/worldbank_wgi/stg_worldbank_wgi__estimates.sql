with estimates as (

    select *
    from {{ source("worldbank_wgi", "estimates") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        estimates.file_id,
        estimates.row_number,
        estimates.vintage,
        estimates.loaded_at,
        {{ trimmed("estimates.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        {{ trimmed("estimates.indicator_code") }} as indicator_code,
        estimates.year,
        cast({{ trimmed("estimates.value") }} as double) as value
    from estimates
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("estimates.country_code"), "estimates.year") }}

)

select *
from renamed
