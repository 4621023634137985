select
    study,
    model,
    specification,
    flow,
    test,
    statistic,
    cast(df1 as double) as df1,
    cast(df2 as double) as df2,
    p_value,
    is_valid,
    conclusion,
    caveat,
    is_measure,
    cast(covariance_rank as integer) as covariance_rank,
    cast(negative_eigenvalue_count as integer) as negative_eigenvalue_count,
    cast(compared_term_count as integer) as compared_term_count
from {{ source("estimates", "gravity_tests") }}
