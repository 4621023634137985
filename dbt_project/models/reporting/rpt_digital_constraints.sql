with {{ scored_digital_measures(
    ref("int_digital_economies__dated"),
    ref("stg_serai__study_digital_measures"),
    ref("stg_serai__study_digital_trade"),
    ref("int_digital_services__compared"),
    ref("int_digital_rules__counted"),
    ref("int_digital_variables__observed"),
    source("estimates", "cbec_index")
) }},

pillars as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        scale_method,
        min_pillars,
        case
            when count(score) >= min_measure_share * count(*)
                then avg(score {{ in_order_of("measure_kind, measure") }})
        end as score,
        case
            when count(score) >= min_measure_share * count(*)
                then avg(other_scale_score {{ in_order_of("measure_kind, measure") }})
        end as other_scale_score,
        {{ listed("case when score is null then measure || ' (' || unscored_because || ')' end") }} as missing_measures
    from scored
    group by
        study, country_iso3, year, is_member, is_reference, pillar, scale_method, min_pillars, min_measure_share

),

ranked as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        scale_method,
        min_pillars,
        score,
        other_scale_score,
        missing_measures,
        case
            when score is not null
                then rank() over (partition by study, year, pillar order by score desc nulls last)
        end as pillar_rank,
        count(score) over (partition by study, year, pillar) as ranked_count,
        count(score) over (partition by study, country_iso3, year) as scored_pillars_count,
        min(score) over (partition by study, country_iso3, year) as lowest_score,
        max(score) over (partition by study, country_iso3, year) as highest_score,
        min(other_scale_score) over (partition by study, country_iso3, year) as other_lowest_score,
        max(other_scale_score) over (partition by study, country_iso3, year) as other_highest_score
    from pillars

),

judged as (

    -- Where all pillars stand alike, none is the weakest.
    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        pillar,
        scale_method,
        score,
        missing_measures,
        pillar_rank,
        ranked_count,
        scored_pillars_count,
        lowest_score,
        scored_pillars_count >= min_pillars and highest_score > lowest_score as has_weakest,
        scored_pillars_count >= min_pillars
            and other_highest_score > other_lowest_score
            and other_scale_score = other_lowest_score as is_other_weakest
    from ranked

),

by_country as (

    select
        study,
        country_iso3,
        year,
        is_member,
        is_reference,
        scale_method,
        scored_pillars_count,
        count(*) as pillars_count,
        {%- for pillar in ["digital_base", "digital_services", "rules_and_governance"] %}
        max(case when pillar = '{{ pillar }}' then score end) as {{ pillar }}_score,
        max(case when pillar = '{{ pillar }}' then pillar_rank end) as {{ pillar }}_rank,
        max(case when pillar = '{{ pillar }}' then ranked_count end) as {{ pillar }}_ranked_count,
        {%- endfor %}
        {{ listed("case when has_weakest and score = lowest_score then pillar end") }} as weakest_pillar,
        max(case when has_weakest then lowest_score end) as weakest_score,
        min(case when has_weakest and score > lowest_score then score end) as next_score,
        {{ listed("case when is_other_weakest then pillar end") }} as other_scale_weakest_pillar,
        {{ listed("case when score is null then pillar end") }} as unscored_pillars,
        {{ listed("case when missing_measures is not null then pillar || ': ' || missing_measures end") }}
            as missing_measures
    from judged
    group by study, country_iso3, year, is_member, is_reference, scale_method, scored_pillars_count

)

select
    by_country.study,
    by_country.country_iso3,
    countries.country_name,
    cast(by_country.year as integer) as year,
    by_country.is_member,
    by_country.is_reference,
    {%- for pillar in ["digital_base", "digital_services", "rules_and_governance"] %}
    by_country.{{ pillar }}_score,
    cast(by_country.{{ pillar }}_rank as integer) as {{ pillar }}_rank,
    by_country.{{ pillar }}_ranked_count,
    {%- endfor %}
    by_country.scored_pillars_count,
    by_country.weakest_pillar,
    by_country.weakest_score,
    by_country.next_score - by_country.weakest_score as weakest_margin,
    by_country.other_scale_weakest_pillar,
    by_country.weakest_pillar = by_country.other_scale_weakest_pillar as is_weakest_by_either_scale,
    by_country.scored_pillars_count = by_country.pillars_count as is_complete,
    by_country.unscored_pillars,
    by_country.missing_measures,
    by_country.scale_method
from by_country
left join {{ ref("dim_country") }} as countries
    on countries.code = by_country.country_iso3
    and countries.is_canonical
