select
    indicator_code,
    vintage,
    count(*) as value_count
from {{ ref("int_indicators__corrected") }}
group by indicator_code, vintage
