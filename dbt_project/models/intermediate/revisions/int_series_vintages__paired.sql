with series as (

    select distinct
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id,
        release_year
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
        series.release_year,
        releases.vintage,
        releases.first_year,
        releases.last_year,
        held.vintage is not null as is_held,
        held.file_id
    from series
    inner join {{ ref("int_releases__covered") }} as releases
        on releases.indicator_code = series.indicator_code
        and releases.reference_iso3 is not distinct from series.reference_iso3
        and releases.release_year is not distinct from series.release_year
    left join {{ ref("int_series_vintages__listed") }} as held
        on held.indicator_code = series.indicator_code
        and held.series_id = series.series_id
        and held.release_year is not distinct from series.release_year
        and held.vintage = releases.vintage
    where held.vintage is not null or releases.is_covering

),

numbered as (

    select
        release_name,
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id,
        release_year,
        vintage,
        first_year,
        last_year,
        is_held,
        file_id,
        row_number() over (partition by indicator_code, series_id, release_year order by vintage) as place
    from spoken_of

)

select
    later.release_name,
    later.indicator_code,
    later.reference_iso3,
    later.country_iso3,
    later.series_id,
    later.release_year,
    earlier.vintage as previous_vintage,
    later.vintage,
    earlier.file_id as previous_file_id,
    later.file_id,
    earlier.first_year as previous_first_year,
    earlier.last_year as previous_last_year,
    later.first_year,
    later.last_year
from numbered as later
inner join numbered as earlier
    on earlier.indicator_code = later.indicator_code
    and earlier.series_id = later.series_id
    and earlier.release_year is not distinct from later.release_year
    and earlier.place = later.place - 1
where later.is_held or earlier.is_held
