with published as (

    select *
    from {{ source("baci", "countries") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        {{ trimmed("country_code") }} as country_code_baci,
        {{ trimmed("country_name") }} as country_name,
        {{ trimmed("country_iso2") }} as published_iso2,
        {{ trimmed("country_iso3") }} as published_iso3
    from published

)

select *
from renamed
