with found as (

    select
        study,
        concept,
        count(*) as row_count,
        min(coalesce(period_date, make_date(year, 1, 1))) as first_period_date,
        max(coalesce(period_date, make_date(year, 1, 1))) as last_period_date
    from {{ ref("rpt_china_cbec_monitor") }}
    group by study, concept

)

select
    concepts.study,
    concepts.concept,
    cast(concepts.position as integer) as position,
    concepts.title as concept_title,
    concepts.definition as concept_definition,
    concepts.share_of_concept,
    coalesce(found.row_count, 0) as row_count,
    found.first_period_date,
    found.last_period_date,
    case when found.concept is null then concepts.absent_because end as empty_reason
from {{ ref("stg_serai__study_concepts") }} as concepts
left join found
    on found.study = concepts.study
    and found.concept = concepts.concept
