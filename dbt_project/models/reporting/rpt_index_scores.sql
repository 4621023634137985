select
    study,
    cast(component as integer) as component,
    country_iso3,
    cast(year as integer) as year,
    score,
    weight
from {{ source("estimates", "index_scores") }}
