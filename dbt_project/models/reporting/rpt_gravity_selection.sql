select
    study,
    model,
    flow,
    fill_set,
    rule,
    estimator,
    is_estimable,
    is_selected,
    is_rule_of_study,
    reason,
    contradictions,
    cast(contradiction_count as integer) as contradiction_count,
    rejected_assumptions
from {{ source("estimates", "gravity_selection") }}
