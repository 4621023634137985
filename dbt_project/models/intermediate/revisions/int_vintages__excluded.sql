with files as (

    select
        file_id,
        file_name,
        source,
        vintage,
        vintage_origin
    from {{ ref("stg_meta__files") }}
    where
        status = 'loaded'
        and not ({{ as_of("vintage") }})

),

observations as (

    select
        file_id,
        indicator_code,
        count(distinct series_id) as series_count
    from {{ ref("int_indicators__unioned") }}
    where not ({{ as_of("vintage") }})
    group by file_id, indicator_code

),

items as (

    -- A file that feeds no indicator stands for itself.
    select
        files.source,
        coalesce(observations.indicator_code, files.file_name) as item,
        observations.indicator_code,
        files.vintage,
        count(case when files.vintage_origin = 'landing_date' then 1 end) > 0 as is_upper_bound,
        {{ listed("files.file_name") }} as file_names,
        -- Several files of one vintage may hold the same series; the largest alone is a sure count.
        max(observations.series_count) as series_count
    from files
    left join observations
        on observations.file_id = files.file_id
    group by
        files.source,
        coalesce(observations.indicator_code, files.file_name),
        observations.indicator_code,
        files.vintage

),

known as (

    select
        indicator_code,
        max(vintage) as vintage
    from {{ ref("int_indicator_vintages__listed") }}
    group by indicator_code

),

bereft as (

    select
        observed_indicator_code as indicator_code,
        {{ listed("study || '.' || variable") }} as variables
    from {{ ref("int_study_variables__vintaged") }}
    where vintage is null
    group by observed_indicator_code

)

select
    {{ as_of_day("cast(null as date)") }} as as_of_date,
    items.source,
    items.item,
    items.indicator_code,
    items.vintage,
    items.is_upper_bound,
    items.file_names,
    items.series_count,
    known.vintage as latest_known_vintage,
    bereft.variables as variables_without_vintage
from items
left join known
    on known.indicator_code = items.indicator_code
left join bereft
    on bereft.indicator_code = items.indicator_code
