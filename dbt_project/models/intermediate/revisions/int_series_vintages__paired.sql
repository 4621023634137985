with series as (

    select distinct
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id
    from {{ ref("int_series_vintages__listed") }}

),

spoken_of as (

    -- A vintage says something of a series when it holds it, or when it covers the release and leaves the series out.
    -- A partial file says nothing of the series that it does not hold.
    select
        releases.release_name,
        series.indicator_code,
        series.reference_iso3,
        series.country_iso3,
        series.series_id,
        releases.vintage,
        releases.first_year as release_first_year,
        releases.last_year as release_last_year,
        held.vintage is not null as is_held,
        held.file_id
    from series
    inner join {{ ref("int_releases__covered") }} as releases
        on releases.indicator_code = series.indicator_code
        and releases.reference_iso3 is not distinct from series.reference_iso3
    left join {{ ref("int_series_vintages__listed") }} as held
        on held.indicator_code = series.indicator_code
        and held.series_id = series.series_id
        and held.vintage = releases.vintage
    where held.vintage is not null or releases.is_covering

),

followed as (

    select
        release_name,
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id,
        vintage,
        is_held,
        file_id,
        lag(vintage) over (partition by indicator_code, series_id order by vintage) as previous_vintage,
        lag(is_held) over (partition by indicator_code, series_id order by vintage) as is_held_before,
        lag(file_id) over (partition by indicator_code, series_id order by vintage) as previous_file_id,
        lag(release_first_year) over (partition by indicator_code, series_id order by vintage) as previous_first_year,
        lag(release_last_year) over (partition by indicator_code, series_id order by vintage) as previous_last_year
    from spoken_of

)

select
    release_name,
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    previous_vintage,
    vintage,
    previous_file_id,
    file_id,
    previous_first_year,
    previous_last_year
from followed
where
    previous_vintage is not null
    and (is_held or is_held_before)
