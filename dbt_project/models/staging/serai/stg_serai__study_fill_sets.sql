with study_fill_sets as (

    select *
    from {{ source("serai", "study_fill_sets") }}

),

renamed as (

    select
        study,
        fill_set,
        title,
        description,
        cast(is_base as boolean) as is_base
    from study_fill_sets

)

select *
from renamed
