select
    as_of_date,
    source,
    item,
    indicator_code,
    vintage,
    is_upper_bound,
    file_names,
    series_count,
    latest_known_vintage,
    variables_without_vintage
from {{ ref("int_vintages__excluded") }}
