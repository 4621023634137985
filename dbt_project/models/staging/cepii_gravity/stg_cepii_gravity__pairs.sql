with pairs as (

    select *
    from {{ source("cepii_gravity", "pairs") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        pairs.file_id,
        pairs.row_number,
        pairs.vintage,
        pairs.loaded_at,
        {{ trimmed("pairs.country_id_origin") }} as country_id_origin,
        {{ trimmed("pairs.country_id_destination") }} as country_id_destination,
        origins.country_iso3 as origin_iso3,
        destinations.country_iso3 as destination_iso3,
        pairs.year,
        pairs.exists_origin = 1 as is_origin_existing,
        pairs.exists_destination = 1 as is_destination_existing,
        cast({{ trimmed("pairs.distance") }} as double) as distance_km,
        cast({{ trimmed("pairs.distance_capitals") }} as double) as distance_capitals_km,
        cast({{ trimmed("pairs.distance_weighted_harmonic") }} as double) as distance_weighted_harmonic_km,
        cast({{ trimmed("pairs.distance_weighted_arithmetic") }} as double) as distance_weighted_arithmetic_km,
        pairs.contiguous = 1 as is_contiguous,
        pairs.common_official_language = 1 as has_common_official_language,
        pairs.common_spoken_language = 1 as has_common_spoken_language,
        pairs.common_colonizer = 1 as has_common_colonizer,
        pairs.colonial_relation_after_1945 = 1 as has_colonial_relation_after_1945,
        pairs.colonial_relation_ever = 1 as has_colonial_relation_ever,
        cast({{ trimmed("pairs.common_religion") }} as double) as common_religion_share,
        cast({{ trimmed("pairs.population_origin") }} as double) * 1000 as population_origin,
        cast({{ trimmed("pairs.population_destination") }} as double) * 1000 as population_destination,
        cast({{ trimmed("pairs.gdp_origin") }} as double) * 1000 as gdp_origin_usd,
        cast({{ trimmed("pairs.gdp_destination") }} as double) * 1000 as gdp_destination_usd,
        cast({{ trimmed("pairs.gdp_per_capita_origin") }} as double) * 1000 as gdp_per_capita_origin_usd,
        cast({{ trimmed("pairs.gdp_per_capita_destination") }} as double) * 1000
            as gdp_per_capita_destination_usd,
        cast({{ trimmed("pairs.gdp_ppp_origin") }} as double) * 1000 as gdp_ppp_origin_usd,
        cast({{ trimmed("pairs.gdp_ppp_destination") }} as double) * 1000 as gdp_ppp_destination_usd,
        pairs.gatt_origin = 1 as is_gatt_member_origin,
        pairs.gatt_destination = 1 as is_gatt_member_destination,
        pairs.wto_origin = 1 as is_wto_member_origin,
        pairs.wto_destination = 1 as is_wto_member_destination,
        pairs.eu_origin = 1 as is_eu_member_origin,
        pairs.eu_destination = 1 as is_eu_member_destination,
        pairs.regional_trade_agreement = 1 as has_regional_trade_agreement,
        pairs.agreement_coverage,
        pairs.agreement_type,
        cast({{ trimmed("pairs.tradeflow_comtrade_origin") }} as double) * 1000 as tradeflow_comtrade_origin_usd,
        cast({{ trimmed("pairs.tradeflow_comtrade_destination") }} as double) * 1000
            as tradeflow_comtrade_destination_usd,
        cast({{ trimmed("pairs.tradeflow_baci") }} as double) * 1000 as tradeflow_baci_usd,
        cast({{ trimmed("pairs.tradeflow_imf_origin") }} as double) * 1000 as tradeflow_imf_origin_usd,
        cast({{ trimmed("pairs.tradeflow_imf_destination") }} as double) * 1000 as tradeflow_imf_destination_usd
    from pairs
    -- Without the year: the database has rows of pairs before a state was founded, marked as not existing.
    left join countries as origins
        on {{ is_code_of("origins", "iso3", trimmed("pairs.iso3_origin")) }}
    left join countries as destinations
        on {{ is_code_of("destinations", "iso3", trimmed("pairs.iso3_destination")) }}

)

select *
from renamed
