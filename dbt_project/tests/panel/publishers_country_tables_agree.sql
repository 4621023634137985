{#- Fails for every row of a publisher's table of countries that the countries seed contradicts: a code of BACI that its
    publisher gives to another country, and an economy of the World Bank (it has a region) that is an aggregate here, or
    the reverse. What the seed knows to be no country, or what the publisher gives no code, is none. -#}
select
    'baci' as code_system,
    published.country_code_baci as code,
    published.country_name as published_name,
    published.published_iso3 as published_meaning,
    {{ listed("countries.country_iso3") }} as meaning_here,
    published.file_id
from {{ ref("stg_baci__countries") }} as published
inner join {{ ref("countries") }} as countries
    on countries.code_system = 'baci'
    and countries.code = published.country_code_baci
inner join {{ ref("countries") }} as canonical
    on canonical.code_system = 'iso3'
    and canonical.code = published.published_iso3
where countries.country_iso3 is not null
group by
    published.country_code_baci,
    published.country_name,
    published.published_iso3,
    published.file_id
having max(case when countries.country_iso3 = published.published_iso3 then 1 else 0 end) = 0

union all

select
    'worldbank' as code_system,
    published.country_code_worldbank as code,
    published.country_name as published_name,
    case when published.region is null then 'aggregate' else 'country' end as published_meaning,
    countries.kind as meaning_here,
    published.file_id
from {{ ref("stg_worldbank_wdi__economies") }} as published
inner join {{ ref("countries") }} as countries
    on countries.code_system = 'worldbank'
    and countries.code = published.country_code_worldbank
-- A residual has a region too: the Channel Islands, which ISO gives no code.
where (countries.kind = 'aggregate') <> (published.region is null)
