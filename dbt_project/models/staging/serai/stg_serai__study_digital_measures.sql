with study_digital_measures as (

    select *
    from {{ source("serai", "study_digital_measures") }}

),

renamed as (

    select
        study,
        pillar,
        pillar_title,
        pillar_reason,
        measure_kind,
        measure,
        cast(is_lower_better as boolean) as is_lower_better
    from study_digital_measures

)

select *
from renamed
