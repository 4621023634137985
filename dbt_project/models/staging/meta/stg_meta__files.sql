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
        refused_row_count,
        completeness,
        left_out_row_count,
        container_id,
        retrieved_at,
        replaces_file_id
    from files
    {%- if var("redistributable") %}
    where redistribution is distinct from 'not_allowed' or status <> 'loaded'
    {%- endif %}

)

select *
from renamed
