with consumer_prices as (

    select *
    from {{ source("datasets_cpi", "consumer_prices") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        consumer_prices.file_id,
        consumer_prices.row_number,
        consumer_prices.vintage,
        consumer_prices.loaded_at,
        {{ trimmed("consumer_prices.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        consumer_prices.year,
        cast({{ trimmed("consumer_prices.consumer_price_index") }} as double) as consumer_price_index
    from consumer_prices
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("consumer_prices.country_code"), "consumer_prices.year") }}

)

select *
from renamed
