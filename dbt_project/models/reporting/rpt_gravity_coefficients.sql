select
    study,
    model,
    specification,
    flow,
    estimator,
    covariance,
    term,
    estimate,
    std_error,
    statistic,
    p_value,
    ci_low,
    ci_high,
    is_selected,
    caveat
from {{ source("estimates", "gravity_coefficients") }}
