with counted as (

    -- Trade comes by reporter: what one country reports is a release of its own.
    select
        indicator_code,
        reference_iso3,
        release_year,
        vintage,
        count(*) as series_count,
        min(first_year) as first_year,
        max(last_year) as last_year
    from {{ ref("int_series_vintages__listed") }}
    group by indicator_code, reference_iso3, release_year, vintage

),

compared as (

    select
        indicator_code,
        reference_iso3,
        release_year,
        vintage,
        series_count,
        max(series_count) over (partition by indicator_code, reference_iso3, release_year) as most_series_count,
        first_year,
        last_year
    from counted

)

select
    indicator_code || coalesce(' ' || reference_iso3, '') as release_name,
    indicator_code,
    reference_iso3,
    release_year,
    vintage,
    series_count,
    most_series_count,
    series_count >= {{ var("vintage_coverage_share") }} * most_series_count as is_covering,
    first_year,
    last_year
from compared
