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
    caveat
from {{ source("estimates", "gravity_tests") }}
