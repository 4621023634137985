select
    study,
    cast(component as integer) as component,
    indicator_code,
    loading,
    weight,
    eigenvalue,
    explained_share,
    indicator_weight,
    loading_low,
    loading_high
from {{ source("estimates", "index_loadings") }}
