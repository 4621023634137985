{#- Fails for every code of a landed table that the countries seed does not know in that year.
    Such a row would be lost without a word. -#}
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
    select 'cepii_geodist', iso_o, null
    from {{ source("cepii_geodist", "distances") }}
    union all
    select 'cepii_geodist', iso_d, null
    from {{ source("cepii_geodist", "distances") }}
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

)

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
