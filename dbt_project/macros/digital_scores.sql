{#- Common table expressions up to `scored`: one row per study, country, year, pillar and measure, the measure brought
    to a scale from 0 to 1 among the study's partners of the year and the reference country. `index_values` are the
    study's own index. A number that nobody has, or all have alike, is scored for nobody. -#}
{% macro scored_digital_measures(economies, measures, rules, services, agreements, variables, index_values) -%}
spine as (

    select
        economies.study,
        economies.country_iso3,
        economies.year,
        economies.is_member,
        economies.is_reference,
        measures.pillar,
        measures.measure_kind,
        measures.measure,
        measures.is_lower_better,
        rules.scale_method,
        rules.min_countries,
        rules.min_measure_share,
        rules.min_pillars
    from {{ economies }} as economies
    inner join {{ measures }} as measures
        on measures.study = economies.study
    inner join {{ rules }} as rules
        on rules.study = economies.study
    where economies.is_member or economies.is_reference

),

numbers as (

    select study, country_iso3, cast(year as integer) as year, 'index' as measure_kind, 'index_value' as measure,
        index_value as value
    from {{ index_values }}
    {%- for column in [
        "dds_exports_revealed_advantage", "dds_exports_share_pct", "dds_imports_share_pct",
        "dds_exports_growth_pct", "dds_balance_usd",
    ] %}
    union all
    select study, country_iso3, year, 'services' as measure_kind, '{{ column }}' as measure, {{ column }} as value
    from {{ services }}
    where not is_world
    {%- endfor %}
    {%- for column in ["agreements_in_force_count", "digital_agreements_in_force_count"] %}
    union all
    select study, country_iso3, year, 'rules' as measure_kind, '{{ column }}' as measure,
        cast({{ column }} as double) as value
    from {{ agreements }}
    {%- endfor %}
    union all
    select study, country_iso3, year, 'variable' as measure_kind, variable as measure, value
    from {{ variables }}
    where not is_world

),

valued as (

    select
        spine.study,
        spine.country_iso3,
        spine.year,
        spine.is_member,
        spine.is_reference,
        spine.pillar,
        spine.measure_kind,
        spine.measure,
        spine.is_lower_better,
        spine.scale_method,
        spine.min_countries,
        spine.min_measure_share,
        spine.min_pillars,
        numbers.value,
        case when spine.is_lower_better then -numbers.value else numbers.value end as signed_value
    from spine
    left join numbers
        on numbers.study = spine.study
        and numbers.country_iso3 = spine.country_iso3
        and numbers.year = spine.year
        and numbers.measure_kind = spine.measure_kind
        and numbers.measure = spine.measure

),

compared as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        measure_kind,
        measure,
        is_lower_better,
        scale_method,
        min_countries,
        min_measure_share,
        min_pillars,
        value,
        signed_value,
        count(signed_value) over (partition by study, year, pillar, measure_kind, measure) as country_count,
        min(signed_value) over (partition by study, year, pillar, measure_kind, measure) as worst_value,
        max(signed_value) over (partition by study, year, pillar, measure_kind, measure) as best_value,
        rank() over (
            partition by study, year, pillar, measure_kind, measure order by signed_value nulls last
        ) - 1 as below_count,
        count(signed_value) over (
            partition by study, year, pillar, measure_kind, measure, signed_value
        ) - 1 as alike_count
    from valued

),

scaled as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        measure_kind,
        measure,
        is_lower_better,
        scale_method,
        min_measure_share,
        min_pillars,
        value,
        country_count,
        case
            when country_count >= min_countries and signed_value is not null
                then {{ quotient("signed_value - worst_value", "best_value - worst_value") }}
        end as min_max_score,
        case
            when country_count >= min_countries and signed_value is not null and best_value > worst_value
                then {{ quotient("below_count + 0.5 * alike_count", "country_count - 1") }}
        end as percentile_score,
        case
            when value is null and measure_kind = 'rules' and is_reference
                then 'the reference country has no agreement with itself'
            when value is null then 'no value'
            when country_count < min_countries then 'fewer countries have it than the study asks for'
            when best_value = worst_value then 'all that have it have the same'
        end as unscored_because
    from compared

),

scored as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        measure_kind,
        measure,
        is_lower_better,
        scale_method,
        min_measure_share,
        min_pillars,
        value,
        country_count,
        case scale_method when 'min_max' then min_max_score when 'percentile_rank' then percentile_score end as score,
        case scale_method when 'min_max' then percentile_score when 'percentile_rank' then min_max_score end
            as other_scale_score,
        unscored_because
    from scaled

)
{%- endmacro %}
