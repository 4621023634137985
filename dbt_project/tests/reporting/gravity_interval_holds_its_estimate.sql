{#- Fails for every confidence interval that does not hold its coefficient; a missing end has no limit on its side. -#}

select
    study,
    model,
    specification,
    flow,
    term,
    estimate,
    ci_low,
    ci_high
from {{ ref("rpt_gravity_coefficients") }}
where
    ci_low > estimate
    or ci_high < estimate
    or few_cluster_ci_low > estimate
    or few_cluster_ci_high < estimate
