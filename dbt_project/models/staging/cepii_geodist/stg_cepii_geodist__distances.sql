with distances as (

    select *
    from {{ source("cepii_geodist", "distances") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        distances.file_id,
        distances.row_number,
        distances.vintage,
        distances.loaded_at,
        origins.country_iso3 as origin_iso3,
        destinations.country_iso3 as destination_iso3,
        distances.contig = 1 as is_contiguous,
        distances.comlang_off = 1 as has_common_official_language,
        distances.comlang_ethno = 1 as has_common_spoken_language,
        distances.colony = 1 as has_colonial_link,
        distances.comcol = 1 as has_common_colonizer,
        distances.curcol = 1 as is_in_colonial_relation,
        distances.col45 = 1 as has_colonial_relation_after_1945,
        distances.smctry = 1 as has_been_same_country,
        cast({{ trimmed("distances.dist") }} as double) as distance_km,
        cast({{ trimmed("distances.distcap") }} as double) as distance_capitals_km,
        cast({{ trimmed("distances.distw") }} as double) as distance_weighted_km,
        cast({{ trimmed("distances.distwces") }} as double) as distance_weighted_ces_km
    from distances
    left join countries as origins
        on {{ is_code_of("origins", "cepii_geodist", trimmed("distances.iso_o")) }}
    left join countries as destinations
        on {{ is_code_of("destinations", "cepii_geodist", trimmed("distances.iso_d")) }}

)

select *
from renamed
