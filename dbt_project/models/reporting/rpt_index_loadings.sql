select
    study,
    cast(component as integer) as component,
    indicator_code,
    loading,
    weight,
    eigenvalue,
    explained_share
from {{ source("estimates", "index_loadings") }}
