select
    study,
    statistic,
    value,
    p_value
from {{ source("estimates", "index_adequacy") }}
