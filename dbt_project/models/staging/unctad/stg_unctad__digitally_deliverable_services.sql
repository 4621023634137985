with services as (

    select *
    from {{ source("unctad", "digitally_deliverable_services") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        services.file_id,
        services.row_number,
        services.vintage,
        services.loaded_at,
        {{ trimmed("services.country_code") }} as country_code_unctad,
        countries.country_iso3,
        services.year,
        cast({{ trimmed("services.exports_usd_million") }} as double) * 1000000
            as exports_usd,
        cast({{ trimmed("services.imports_usd_million") }} as double) * 1000000
            as imports_usd
    from services
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("services.country_code"), "services.year") }}

)

select *
from renamed
