with study_pair_gravity as (

    select *
    from {{ source("serai", "study_pair_gravity") }}

),

renamed as (

    select
        study,
        cast(year_from as integer) as year_from,
        cast(year_to as integer) as year_to
    from study_pair_gravity

)

select *
from renamed
