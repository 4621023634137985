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
    -- A partial file says nothing of the series that it does not hold. Where another source's file of the day is read
    -- instead, the series is not left out.
    select
        releases.release_name,
        series.indicator_code,
        series.reference_iso3,
        series.country_iso3,
        series.series_id,
        series.release_year,
        releases.source,
        releases.vintage,
        releases.first_year,
        releases.last_year,
        held.vintage is not null as is_held,
        held.file_id,
        coalesce(held.file_id, releases.largest_file_id) as speaking_file_id
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
    where
        held.source = releases.source
        or (held.vintage is null and releases.is_covering)

),

numbered as (

    select
        release_name,
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id,
        release_year,
        source,
        vintage,
        first_year,
        last_year,
        is_held,
        file_id,
        speaking_file_id,
        row_number() over (partition by indicator_code, series_id, release_year, source order by vintage) as place,
        min(case when is_held then vintage end) over (
            partition by indicator_code, series_id, release_year, source
        ) as first_held_vintage
    from spoken_of

),

candidates as (

    -- The predecessor is the source's own; of a source that is read for the first time, also what was read before.
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
        later.speaking_file_id,
        earlier.source as previous_source,
        later.source,
        earlier.source <> later.source as is_source_changed,
        row_number() over (
            partition by
                later.indicator_code, later.series_id, later.release_year, later.source, later.vintage,
                earlier.source <> later.source
            order by earlier.vintage desc
        ) as distance
    from numbered as later
    inner join numbered as earlier
        on earlier.indicator_code = later.indicator_code
        and earlier.series_id = later.series_id
        and earlier.release_year is not distinct from later.release_year
        and (
            (
                earlier.source = later.source
                and earlier.place = later.place - 1
                and (later.is_held or earlier.is_held)
            )
            or (
                earlier.source <> later.source
                and earlier.vintage < later.vintage
                and later.vintage = later.first_held_vintage
                and later.is_held
                and earlier.is_held
            )
        )

)

select
    release_name,
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    release_year,
    previous_vintage,
    vintage,
    previous_file_id,
    file_id,
    previous_first_year,
    previous_last_year,
    speaking_file_id,
    previous_source,
    source,
    is_source_changed
from candidates
where distance = 1
