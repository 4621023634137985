select
    source,
    file_name,
    file_id as file_sha256,
    vintage,
    loaded_at,
    row_count,
    licence
from {{ ref("stg_meta__files") }}
where status = 'loaded'
