{#- Fails for every statistic that is not the coefficient over its standard error: columns of different equations then
    stand in one row. -#}

select
    study,
    model,
    specification,
    flow,
    term,
    estimate,
    std_error,
    statistic
from {{ ref("rpt_gravity_coefficients") }}
where
    statistic is not null
    and coalesce(abs(statistic * std_error - estimate) > 1e-6 * abs(estimate), true)
