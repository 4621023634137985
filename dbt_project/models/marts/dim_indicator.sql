select
    indicator_code,
    source,
    indicator_name,
    column_name,
    unit,
    scope,
    is_derived,
    min_value,
    max_value,
    max_yearly_ratio,
    direction,
    description
from {{ ref("indicators") }}
