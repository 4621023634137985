with coverage as (

    select
        code,
        min(case when is_nationwide then valid_from end) as nationwide_from,
        min(case when not is_nationwide then valid_from end) as pilot_from
    from {{ ref("supervision_mode_coverage") }}
    group by code

),

pilots as (

    select
        code,
        {{ listed("districts") }} as pilot_districts
    from {{ ref("supervision_mode_coverage") }}
    where not is_nationwide
    group by code

)

select
    modes.code as supervision_mode_code,
    modes.name_zh,
    modes.name_en,
    modes.short_zh,
    modes.direction,
    modes.is_cross_border_ecommerce,
    modes.valid_from,
    modes.valid_to,
    coverage.pilot_from,
    pilots.pilot_districts,
    coverage.nationwide_from,
    modes.announcement,
    modes.published as published_on,
    modes.scope,
    modes.confidence,
    modes.source_url
from {{ ref("supervision_modes") }} as modes
left join coverage
    on coverage.code = modes.code
left join pilots
    on pilots.code = modes.code
