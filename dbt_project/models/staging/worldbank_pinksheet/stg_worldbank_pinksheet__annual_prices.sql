with annual_prices as (

    select *
    from {{ source("worldbank_pinksheet", "annual_prices") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        year,
        cast({{ trimmed("crude_oil_average") }} as double) as crude_oil_average_usd_per_bbl,
        cast({{ trimmed("crude_oil_brent") }} as double) as crude_oil_brent_usd_per_bbl,
        cast({{ trimmed("crude_oil_dubai") }} as double) as crude_oil_dubai_usd_per_bbl,
        cast({{ trimmed("crude_oil_wti") }} as double) as crude_oil_wti_usd_per_bbl
    from annual_prices

)

select *
from renamed
