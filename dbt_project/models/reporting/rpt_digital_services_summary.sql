with bounds as (

    select
        study,
        country_iso3,
        {%- for name in ["dds_exports", "dds_imports"] %}
        min(case when {{ name }}_usd is not null then year end) as {{ name }}_first_year,
        max(case when {{ name }}_usd is not null then year end) as {{ name }}_last_year,
        count({{ name }}_usd) as {{ name }}_years_count,
        {{ listed("case when " ~ name ~ "_usd is null then cast(year as string) end") }} as {{ name }}_missing_years,
        {%- endfor %}
        max(world_name) as world_name,
        bool_or(is_member) as is_member,
        bool_or(is_reference) as is_reference,
        bool_or(is_world) as is_world
    from {{ ref("int_digital_services__compared") }}
    group by study, country_iso3

),

ends as (

    select
        bounds.study,
        bounds.country_iso3,
        {%- for name in ["dds_exports", "dds_imports"] %}
        max(case when services.year = bounds.{{ name }}_first_year then services.{{ name }}_usd end)
            as {{ name }}_first_usd,
        max(case when services.year = bounds.{{ name }}_last_year then services.{{ name }}_usd end)
            as {{ name }}_last_usd
        {{- "," if not loop.last }}
        {%- endfor %}
    from bounds
    inner join {{ ref("int_digital_services__compared") }} as services
        on services.study = bounds.study
        and services.country_iso3 = bounds.country_iso3
    group by bounds.study, bounds.country_iso3

)

select
    bounds.study,
    bounds.country_iso3,
    coalesce(countries.country_name, bounds.world_name) as country_name,
    bounds.is_member,
    bounds.is_reference,
    bounds.is_world,
    {%- for name in ["dds_exports", "dds_imports"] %}
    cast(bounds.{{ name }}_first_year as integer) as {{ name }}_first_year,
    cast(bounds.{{ name }}_last_year as integer) as {{ name }}_last_year,
    ends.{{ name }}_first_usd,
    ends.{{ name }}_last_usd,
    case
        when bounds.{{ name }}_last_year > bounds.{{ name }}_first_year and ends.{{ name }}_first_usd > 0
            then 100 * (
                power(
                    ends.{{ name }}_last_usd / ends.{{ name }}_first_usd,
                    1.0 / (bounds.{{ name }}_last_year - bounds.{{ name }}_first_year)
                ) - 1
            )
    end as {{ name }}_average_growth_pct,
    bounds.{{ name }}_years_count,
    bounds.{{ name }}_missing_years
    {{- "," if not loop.last }}
    {%- endfor %}
from bounds
inner join ends
    on ends.study = bounds.study
    and ends.country_iso3 = bounds.country_iso3
left join {{ ref("dim_country") }} as countries
    on countries.code = bounds.country_iso3
    and countries.is_canonical
