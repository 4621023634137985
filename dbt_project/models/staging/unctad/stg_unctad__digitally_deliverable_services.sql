with digitally_deliverable_services as (

    select *
    from {{ source("unctad", "digitally_deliverable_services") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        digitally_deliverable_services.file_id,
        digitally_deliverable_services.row_number,
        digitally_deliverable_services.vintage,
        digitally_deliverable_services.loaded_at,
        {{ trimmed("digitally_deliverable_services.country_code") }} as country_code_unctad,
        countries.country_iso3,
        digitally_deliverable_services.year,
        cast({{ trimmed("digitally_deliverable_services.exports_usd_million") }} as double) * 1000000
            as exports_usd,
        cast({{ trimmed("digitally_deliverable_services.imports_usd_million") }} as double) * 1000000
            as imports_usd
    from digitally_deliverable_services
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("digitally_deliverable_services.country_code"), "digitally_deliverable_services.year") }}

)

select *
from renamed
