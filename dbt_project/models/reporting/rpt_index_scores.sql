select
    study,
    cast(component as integer) as component,
    country_iso3,
    cast(year as integer) as year,
    score,
    weight,
    score_low,
    score_high
from {{ source("estimates", "index_scores") }}
