{#- Fails for every code of a landed table that the countries seed does not know in that year.
    Such a row would be lost without a word. Beside it stand the nearest codes that are known in that year: first of
    the country that the code means in other years, then of the fewest letters' difference. -#}
with landed_codes as (

    select 'worldbank' as code_system, country_code as code, year
    from {{ source("worldbank_wdi", "observations") }}
    union all
    select 'iso3', reporter_iso3, year
    from {{ source("imf_dots", "flows") }}
    union all
    select 'iso3', partner_iso3, year
    from {{ source("imf_dots", "flows") }}
    union all
    select 'imf_dots', reporter_name, year
    from {{ source("imf_dots", "flows") }}
    where {{ trimmed("reporter_iso3") }} is null
    union all
    select 'imf_dots', partner_name, year
    from {{ source("imf_dots", "flows") }}
    where {{ trimmed("partner_iso3") }} is null
    union all
    select 'worldbank', country_code, year
    from {{ source("datasets_cpi", "consumer_prices") }}
    union all
    select 'worldbank', country_code, edition_year
    from {{ source("worldbank_lpi", "scores") }}
    union all
    select 'worldbank', country_code, year
    from {{ source("worldbank_wgi", "estimates") }}
    union all
    select 'worldbank', country_code, null
    from {{ source("worldbank_wdi", "economies") }}
    union all
    select 'worldbank', country_code, null
    from {{ source("worldbank_data360", "observations") }}
    union all
    select 'worldbank', country_code, year
    from {{ source("unctad", "digitally_deliverable_services") }}
    union all
    select 'cepii_geodist', iso3, null
    from {{ source("cepii_geodist", "cities") }}
    union all
    select 'iso3', iso3_origin, null
    from {{ source("cepii_gravity", "pairs") }}
    union all
    select 'iso3', iso3_destination, null
    from {{ source("cepii_gravity", "pairs") }}
    union all
    select 'cepii_geodist', iso_o, null
    from {{ source("cepii_geodist", "distances") }}
    union all
    select 'cepii_geodist', iso_d, null
    from {{ source("cepii_geodist", "distances") }}
    union all
    select 'un_comtrade', reporter_code, year
    from {{ source("un_comtrade", "flows") }}
    union all
    select 'un_comtrade', partner_code, year
    from {{ source("un_comtrade", "flows") }}
    union all
    select 'baci', exporter_code, year
    from {{ source("baci", "flows") }}
    union all
    select 'baci', importer_code, year
    from {{ source("baci", "flows") }}
    union all
    select 'baci', country_code, null
    from {{ source("baci", "countries") }}
    union all
    select 'gacc', partner_code, cast(substring(trim(period), 1, 4) as integer)
    from {{ source("gacc", "commodity_trade") }}
    union all
    select 'gacc_bulletin', partner_name, year
    from {{ source("gacc", "trade_by_country") }}
    union all
    select 'iso3', partner_iso3, null
    from {{ source("serai", "study_partners") }}
    union all
    select 'iso3', reference_iso3, null
    from {{ source("serai", "studies") }}

),

codes as (

    select
        code_system,
        {{ trimmed("code") }} as code,
        year,
        count(*) as rows_with_the_code
    from landed_codes
    group by code_system, {{ trimmed("code") }}, year

),

unknown_codes as (

    select
        codes.code_system,
        codes.code,
        codes.year,
        codes.rows_with_the_code
    from codes
    where
        codes.code is not null
        and not exists (
            select 1
            from {{ ref("countries") }} as countries
            where
                countries.code_system = codes.code_system
                and countries.code = codes.code
                and (
                    codes.year is null
                    or codes.year between countries.valid_from_year and coalesce(countries.valid_to_year, codes.year)
                )
        )

),

known_codes as (

    select
        unknown_codes.code_system,
        unknown_codes.code,
        unknown_codes.year,
        countries.code as known_code,
        row_number() over (
            partition by unknown_codes.code_system, unknown_codes.code, unknown_codes.year
            order by
                case when countries.country_iso3 = meant.country_iso3 then 0 else 1 end,
                {{ edit_distance("countries.code", "unknown_codes.code") }},
                countries.code
        ) as known_rank
    from unknown_codes
    inner join {{ ref("countries") }} as countries
        on countries.code_system = unknown_codes.code_system
        and (
            unknown_codes.year is null
            or unknown_codes.year
            between countries.valid_from_year and coalesce(countries.valid_to_year, unknown_codes.year)
        )
    left join {{ ref("countries") }} as meant
        on meant.code_system = unknown_codes.code_system
        and meant.code = unknown_codes.code

),

nearest_codes as (

    select
        code_system,
        code,
        year,
        {{ listed("known_code") }} as nearest_known
    from known_codes
    where known_rank <= 3
    group by code_system, code, year

)

select
    unknown_codes.code_system,
    unknown_codes.code,
    unknown_codes.year,
    unknown_codes.rows_with_the_code,
    nearest_codes.nearest_known
from unknown_codes
left join nearest_codes
    on nearest_codes.code_system = unknown_codes.code_system
    and nearest_codes.code = unknown_codes.code
    and nearest_codes.year is not distinct from unknown_codes.year
