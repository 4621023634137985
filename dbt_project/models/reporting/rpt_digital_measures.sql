with {{ scored_digital_measures(
    ref("int_digital_economies__dated"),
    ref("stg_serai__study_digital_measures"),
    ref("stg_serai__study_digital_trade"),
    ref("int_digital_services__compared"),
    ref("int_digital_rules__counted"),
    ref("int_digital_variables__observed"),
    source("estimates", "cbec_index")
) }}

select
    scored.study,
    scored.country_iso3,
    countries.country_name,
    cast(scored.year as integer) as year,
    scored.pillar,
    scored.measure_kind,
    scored.measure,
    scored.is_member,
    scored.is_reference,
    scored.value,
    scored.score,
    scored.other_scale_score,
    cast(
        case
            when scored.score is not null
                then rank() over (
                    partition by scored.study, scored.year, scored.pillar, scored.measure_kind, scored.measure
                    order by scored.score desc nulls last
                )
        end as integer
    ) as score_rank,
    scored.country_count,
    scored.scale_method,
    scored.is_lower_better,
    scored.unscored_because
from scored
left join {{ ref("dim_country") }} as countries
    on countries.code = scored.country_iso3
    and countries.is_canonical
