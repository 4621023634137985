with studies as (

    select *
    from {{ source("serai", "studies") }}

),

renamed as (

    select
        study,
        title,
        question,
        reference_iso3,
        cast(as_of as date) as as_of,
        cast(year_from as integer) as year_from,
        cast(year_to as integer) as year_to,
        base_fill_set,
        study_hash
    from studies

)

select *
from renamed
