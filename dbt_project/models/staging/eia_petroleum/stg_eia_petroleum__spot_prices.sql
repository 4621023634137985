with spot_prices as (

    select *
    from {{ source("eia_petroleum", "spot_prices") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        {{ trimmed("crude_oil") }} as crude_oil,
        price_date,
        cast({{ trimmed("price_usd_per_bbl") }} as double) as price_usd_per_bbl
    from spot_prices

)

select *
from renamed
