{#- Warns of every series that two files of one vintage state differently: another value, or a year that one of them
    lacks. The series is read whole from the file that arrived last. -#}
{{ config(severity="warn") }}

with files as (

    select
        indicator_code,
        series_id,
        vintage,
        count(distinct file_id) as file_count
    from {{ ref("int_indicators__unioned") }}
    group by indicator_code, series_id, vintage

),

years as (

    select
        indicator_code,
        series_id,
        vintage,
        year,
        count(distinct file_id) as file_count,
        min(value) as lowest_value,
        max(value) as highest_value
    from {{ ref("int_indicators__unioned") }}
    group by indicator_code, series_id, vintage, year

)

select
    files.indicator_code,
    files.series_id,
    files.vintage,
    files.file_count,
    count(case when years.lowest_value <> years.highest_value then 1 end) as years_with_two_values,
    count(case when years.file_count < files.file_count then 1 end) as years_that_a_file_lacks
from files
inner join years
    on years.indicator_code = files.indicator_code
    and years.series_id = files.series_id
    and years.vintage = files.vintage
where
    years.lowest_value <> years.highest_value
    or years.file_count < files.file_count
group by files.indicator_code, files.series_id, files.vintage, files.file_count
