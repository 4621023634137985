with files as (

    -- Trade comes by reporter: what one country reports is a release of its own.
    select
        indicator_code,
        reference_iso3,
        release_year,
        source,
        vintage,
        file_id,
        count(*) as series_count,
        min(first_year) as first_year,
        max(last_year) as last_year
    from {{ ref("int_series_vintages__listed") }}
    group by indicator_code, reference_iso3, release_year, source, vintage, file_id

),

ranked as (

    select
        indicator_code,
        reference_iso3,
        release_year,
        source,
        vintage,
        file_id,
        series_count,
        first_year,
        last_year,
        row_number() over (
            partition by indicator_code, reference_iso3, release_year, source, vintage
            order by series_count desc, file_id
        ) as place
    from files

),

counted as (

    select
        indicator_code,
        reference_iso3,
        release_year,
        source,
        vintage,
        cast(sum(series_count) as bigint) as series_count,
        min(first_year) as first_year,
        max(last_year) as last_year,
        max(case when place = 1 then file_id end) as largest_file_id
    from ranked
    group by indicator_code, reference_iso3, release_year, source, vintage

),

compared as (

    select
        indicator_code,
        reference_iso3,
        release_year,
        source,
        vintage,
        series_count,
        max(series_count) over (
            partition by indicator_code, reference_iso3, release_year, source
        ) as most_series_count,
        first_year,
        last_year,
        largest_file_id
    from counted

)

select
    indicator_code || coalesce(' ' || reference_iso3, '') as release_name,
    indicator_code,
    reference_iso3,
    release_year,
    source,
    vintage,
    series_count,
    most_series_count,
    series_count >= {{ var("vintage_coverage_share") }} * most_series_count as is_covering,
    first_year,
    last_year,
    largest_file_id
from compared
