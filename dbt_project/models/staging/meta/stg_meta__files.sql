with files as (

    select *
    from {{ source("meta", "files") }}

),

renamed as (

    select
        file_id,
        file_name,
        source,
        status,
        vintage,
        vintage_origin,
        publisher,
        source_url,
        licence,
        redistribution,
        loaded_at,
        row_count,
        refused_row_count
    from files

)

select *
from renamed
