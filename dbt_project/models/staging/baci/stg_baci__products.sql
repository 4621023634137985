with published as (

    select *
    from {{ source("baci", "products") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        {{ trimmed("hs_edition") }} as hs_edition,
        -- A release has lost the leading zeros, which the yearly files have.
        right('000000' || {{ trimmed("product_code") }}, 6) as commodity_code,
        {{ trimmed("product_name") }} as commodity_name
    from published

)

select *
from renamed
