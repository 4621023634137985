select
    study,
    fill_set,
    title,
    description,
    is_base
from {{ ref("stg_serai__study_fill_sets") }}
