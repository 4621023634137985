select
    source,
    file_name,
    file_id as file_sha256,
    vintage,
    loaded_at,
    row_count,
    licence,
    vintage_origin,
    coalesce(completeness, 'unverified') as completeness,
    retrieved_at,
    container_id as container_sha256,
    replaces_file_id as replaced_file_sha256,
    refused_row_count,
    left_out_row_count
from {{ ref("stg_meta__files") }}
where
    status = 'loaded'
    and {{ as_of("vintage") }}
