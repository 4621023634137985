with study_potential_classes as (

    select *
    from {{ source("serai", "study_potential_classes") }}

),

renamed as (

    select
        study,
        potential_class,
        cast(position as bigint) as position,
        cast(lower_bound as double) as lower_bound,
        cast(is_lower_included as boolean) as is_lower_included,
        cast(upper_bound as double) as upper_bound,
        cast(is_upper_included as boolean) as is_upper_included,
        boundary_reason
    from study_potential_classes

)

select *
from renamed
