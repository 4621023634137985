with observations as (

    select
        facts.country_iso3,
        facts.year,
        indicators.column_name,
        facts.value
    from {{ ref("fct_indicator") }} as facts
    inner join {{ ref("dim_indicator") }} as indicators
        on indicators.indicator_code = facts.indicator_code
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
