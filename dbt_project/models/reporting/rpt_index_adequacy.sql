select
    study,
    statistic,
    value,
    p_value,
    caveat
from {{ source("estimates", "index_adequacy") }}
