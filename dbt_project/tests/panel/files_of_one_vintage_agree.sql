{#- Warns of every value that two files of one vintage state differently. The file that arrived last is read. -#}
{{ config(severity="warn") }}

select
    indicator_code,
    series_id,
    year,
    vintage,
    min(value) as lowest_value,
    max(value) as highest_value
from {{ ref("int_indicators__unioned") }}
group by indicator_code, series_id, year, vintage
having min(value) <> max(value)
