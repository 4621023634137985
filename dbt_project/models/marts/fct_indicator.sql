select
    chosen.indicator_code,
    chosen.series_id,
    chosen.country_iso3,
    countries.country_name,
    chosen.year,
    chosen.value,
    indicators.unit,
    chosen.value_origin,
    chosen.stated_value_origin,
    chosen.source,
    chosen.vintage,
    chosen.latest_vintage,
    chosen.file_id
from {{ ref("int_indicators__chosen") }} as chosen
inner join {{ ref("dim_indicator") }} as indicators
    on indicators.indicator_code = chosen.indicator_code
left join {{ ref("dim_country") }} as countries
    on countries.code = chosen.country_iso3
    and countries.is_canonical
where indicators.scope in ('country', 'world')
