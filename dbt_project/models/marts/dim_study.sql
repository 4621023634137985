select
    study,
    title,
    question,
    reference_iso3,
    as_of as as_of_date,
    year_from,
    year_to,
    base_fill_set
from {{ ref("stg_serai__studies") }}
