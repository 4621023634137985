select
    study,
    potential_class,
    position,
    lower_bound,
    is_lower_included,
    upper_bound,
    is_upper_included
from {{ ref("stg_serai__study_potential_classes") }}
