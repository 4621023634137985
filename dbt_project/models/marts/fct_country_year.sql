with observations as (

    select
        chosen.country_iso3,
        chosen.year,
        indicators.column_name,
        chosen.value
    from {{ ref("int_indicators__chosen") }} as chosen
    inner join {{ ref("dim_indicator") }} as indicators
        on indicators.indicator_code = chosen.indicator_code
    where indicators.scope = 'country'

),

pivoted as (

    select
        country_iso3,
        year,
        {{ pivoted_indicators("column_name", "value") }}
    from observations
    group by country_iso3, year

)

select
    pivoted.country_iso3,
    countries.country_name,
    pivoted.year,
    {%- for column in model.columns.values() if column.data_type | lower == "double" %}
    pivoted.{{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
from pivoted
left join {{ ref("dim_country") }} as countries
    on countries.code = pivoted.country_iso3
    and countries.is_canonical
