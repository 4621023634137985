select
    study,
    fill_set,
    variable,
    step,
    method,
    proxy_variable,
    max_years,
    from_year,
    to_year,
    is_in_logs,
    reason
from {{ ref("stg_serai__study_fill_rules") }}
