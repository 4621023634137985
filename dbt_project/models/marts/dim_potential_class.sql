with classes as (

    select
        study,
        potential_class,
        position,
        lower_bound,
        is_lower_included,
        upper_bound,
        is_upper_included,
        boundary_reason
    from {{ ref("stg_serai__study_potential_classes") }}

),

worded as (

    select
        study,
        potential_class,
        case
            when lower_bound is not null
                then cast(lower_bound as varchar) || case when is_lower_included then ' <= K' else ' < K' end
            else 'K'
        end as from_below,
        case
            when upper_bound is not null
                then case when is_upper_included then ' <= ' else ' < ' end || cast(upper_bound as varchar)
            else ''
        end as to_above
    from classes

)

select
    classes.study,
    classes.potential_class,
    classes.position,
    classes.lower_bound,
    classes.is_lower_included,
    classes.upper_bound,
    classes.is_upper_included,
    meanings.label_zh,
    worded.from_below || worded.to_above as class_rule,
    classes.boundary_reason,
    meanings.meaning,
    meanings.action,
    meanings.source_title,
    meanings.source_url
from classes
inner join worded
    on worded.study = classes.study
    and worded.potential_class = classes.potential_class
left join {{ ref("potential_class_meanings") }} as meanings
    on meanings.potential_class = classes.potential_class
