select
    study,
    model,
    specification,
    flow,
    estimator,
    cast(n_obs as integer) as n_obs,
    cast(n_entities as integer) as n_entities,
    cast(n_years as integer) as n_years,
    r_squared,
    r_squared_kind,
    log_likelihood,
    fill_set,
    is_selected,
    selection_reason,
    caveat
from {{ source("estimates", "gravity_fit") }}
