with cities as (

    select *
    from {{ source("cepii_geodist", "cities") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        cities.file_id,
        cities.row_number,
        cities.vintage,
        cities.loaded_at,
        countries.country_iso3,
        {{ trimmed("cities.country_name") }} as country_name,
        {{ trimmed("cities.city_name") }} as city_name,
        cities.capital_status = 1 as is_capital,
        cities.is_main_city = 1 as is_main_city,
        cast({{ trimmed("cities.latitude") }} as double) as latitude,
        cast({{ trimmed("cities.longitude") }} as double) as longitude,
        cast({{ trimmed("cities.area_km2") }} as double) as area_km2,
        cast({{ trimmed("cities.internal_distance_km") }} as double) as internal_distance_km,
        cities.landlocked = 1 as is_landlocked,
        {{ trimmed("cities.continent") }} as continent,
        cities.city_count,
        {{ trimmed("cities.official_language_1") }} as official_language_1,
        {{ trimmed("cities.official_language_2") }} as official_language_2,
        {{ trimmed("cities.official_language_3") }} as official_language_3
    from cities
    left join countries
        on {{ is_code_of("countries", "cepii_geodist", trimmed("cities.iso3")) }}

)

select *
from renamed
