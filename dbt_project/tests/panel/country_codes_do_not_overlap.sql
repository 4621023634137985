{#- Fails for every code that has two meanings in one year, and for every country that two codes of a system mean in
    one year, unless the seed country_code_overlaps says why. Whoever joins would count the country twice. -#}
with codes as (

    select
        code_system,
        code,
        country_iso3,
        valid_from_year,
        coalesce(valid_to_year, 9999) as valid_to_year
    from {{ ref("countries") }}

),

pairs as (

    select
        codes.code_system,
        codes.country_iso3,
        codes.code,
        others.code as other_code,
        greatest(codes.valid_from_year, others.valid_from_year) as from_year,
        least(codes.valid_to_year, others.valid_to_year) as to_year
    from codes
    inner join codes as others
        on others.code_system = codes.code_system
        and others.valid_from_year <= codes.valid_to_year
        and codes.valid_from_year <= others.valid_to_year
        and (
            (others.code = codes.code and others.valid_from_year > codes.valid_from_year)
            or (others.code > codes.code and others.country_iso3 = codes.country_iso3)
        )

)

select
    pairs.code_system,
    pairs.country_iso3,
    pairs.code,
    pairs.other_code,
    pairs.from_year,
    pairs.to_year
from pairs
where
    pairs.code = pairs.other_code
    or not exists (
        select 1
        from {{ ref("country_code_overlaps") }} as declared
        where
            declared.code_system = pairs.code_system
            and (declared.country_iso3 is null or declared.country_iso3 = pairs.country_iso3)
            and declared.valid_from_year <= pairs.from_year
            and coalesce(declared.valid_to_year, 9999) >= pairs.to_year
    )
