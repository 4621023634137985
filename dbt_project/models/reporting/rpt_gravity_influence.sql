select
    study,
    model,
    specification,
    flow,
    left_out_kind,
    left_out,
    term,
    estimate,
    estimate_whole,
    change,
    change_in_se,
    is_sign_changed,
    caveat
from {{ source("estimates", "gravity_influence") }}
