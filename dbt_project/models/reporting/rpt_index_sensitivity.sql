select
    study,
    outcome,
    factor,
    cast(level_count as integer) as level_count,
    level_labels,
    first_order_share,
    total_share,
    outcome_variance,
    cast(variant_count as integer) as variant_count,
    caveat
from {{ source("estimates", "index_sensitivity") }}
