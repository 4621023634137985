with study_concepts as (

    select *
    from {{ source("serai", "study_concepts") }}

),

renamed as (

    select
        study,
        concept,
        cast(position as integer) as position,
        title,
        definition,
        share_of_concept,
        absent_because
    from study_concepts

)

select *
from renamed
