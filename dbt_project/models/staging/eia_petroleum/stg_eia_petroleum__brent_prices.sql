with brent_prices as (

    select *
    from {{ source("eia_petroleum", "brent_prices") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        price_date,
        cast({{ trimmed("brent_usd_per_bbl") }} as double) as brent_usd_per_bbl
    from brent_prices

)

select *
from renamed
