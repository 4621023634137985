{#- Warns of every series that two files of one vintage state differently, with the names of both: another value, or a
    year that one of them lacks. The series is read whole from the one that the rule of file_preference names. -#}
{{ config(severity="warn") }}

with stated as (

    select
        observations.indicator_code,
        observations.series_id,
        observations.vintage,
        observations.year,
        observations.value,
        observations.file_id,
        coalesce(files.file_name, observations.file_id) as file_name
    from {{ ref("int_indicators__unioned") }} as observations
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = observations.file_id
    where {{ as_of("observations.vintage") }}

),

series as (

    select
        indicator_code,
        series_id,
        vintage,
        count(distinct file_id) as file_count,
        {{ listed("file_name") }} as file_names
    from stated
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
    from stated
    group by indicator_code, series_id, vintage, year

),

chosen as (

    select
        indicator_code,
        series_id,
        vintage,
        max(file_id) as file_id
    from {{ ref("int_indicators__deduplicated") }}
    group by indicator_code, series_id, vintage

)

select
    series.indicator_code,
    series.series_id,
    series.vintage,
    series.file_names,
    chosen.file_id as file_id_read,
    count(case when years.lowest_value <> years.highest_value then 1 end) as years_with_two_values,
    count(case when years.file_count < series.file_count then 1 end) as years_that_a_file_lacks
from series
inner join years
    on years.indicator_code = series.indicator_code
    and years.series_id = series.series_id
    and years.vintage = series.vintage
inner join chosen
    on chosen.indicator_code = series.indicator_code
    and chosen.series_id = series.series_id
    and chosen.vintage = series.vintage
where
    years.lowest_value <> years.highest_value
    or years.file_count < series.file_count
group by series.indicator_code, series.series_id, series.vintage, series.file_names, chosen.file_id
