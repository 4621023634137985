{#- A view: the cells that did not change are counted below, and stored nowhere. -#}
{{ config(materialized="view") }}

with stated as (

    select
        pairs.indicator_code,
        pairs.series_id,
        pairs.release_year,
        pairs.previous_source,
        pairs.source,
        pairs.vintage,
        observations.year,
        cast(null as double) as value_old,
        observations.value as value_new
    from {{ ref("int_series_vintages__paired") }} as pairs
    inner join {{ ref("int_observations__stated") }} as observations
        on observations.indicator_code = pairs.indicator_code
        and observations.series_id = pairs.series_id
        and observations.release_year is not distinct from pairs.release_year
        and observations.vintage = pairs.vintage

    union all

    select
        pairs.indicator_code,
        pairs.series_id,
        pairs.release_year,
        pairs.previous_source,
        pairs.source,
        pairs.vintage,
        observations.year,
        observations.value as value_old,
        cast(null as double) as value_new
    from {{ ref("int_series_vintages__paired") }} as pairs
    inner join {{ ref("int_observations__stated") }} as observations
        on observations.indicator_code = pairs.indicator_code
        and observations.series_id = pairs.series_id
        and observations.release_year is not distinct from pairs.release_year
        and observations.vintage = pairs.previous_vintage

),

cells as (

    -- Both vintages in full, side by side; a series without years has one cell.
    select
        indicator_code,
        series_id,
        release_year,
        previous_source,
        source,
        vintage,
        year,
        max(value_old) as value_old,
        max(value_new) as value_new
    from stated
    group by indicator_code, series_id, release_year, previous_source, source, vintage, year

),

measured as (

    select
        indicator_code,
        series_id,
        release_year,
        previous_source,
        source,
        vintage,
        year,
        value_old,
        value_new,
        abs(value_new - value_old)
            <= {{ var("revision_rounding") }} * greatest(abs(value_old), abs(value_new)) as is_same,
        case when value_old * value_new > 0 then value_new / value_old end as ratio
    from cells

),

scaled as (

    select
        indicator_code,
        series_id,
        release_year,
        previous_source,
        source,
        vintage,
        year,
        value_old,
        value_new,
        is_same,
        ratio,
        case when ratio > 0 then cast(round(log10(ratio)) as integer) end as nearest_power
    from measured

),

classified as (

    select
        scaled.indicator_code,
        scaled.series_id,
        scaled.vintage,
        scaled.year,
        case
            -- The file states nothing at all of the year. Trade that is read year by year has the year by its nature.
            when
                scaled.value_new is null
                and scaled.year is not null
                and scaled.release_year is null
                and spoken_of.year is null
                then 'uncovered'
            when scaled.value_new is null then 'vanished'
            when scaled.value_old is null and scaled.year < pairs.previous_first_year then 'extended'
            when scaled.value_old is null and scaled.year > pairs.previous_last_year then 'extended'
            when scaled.value_old is null then 'appeared'
            when scaled.is_same then 'unchanged'
            when
                scaled.nearest_power <> 0
                and abs(scaled.ratio / power(10, scaled.nearest_power) - 1) <= {{ var("rescaling_tolerance") }}
                then 'rescaled'
            else 'changed'
        end as kind,
        scaled.value_old,
        scaled.value_new,
        case
            when scaled.is_same then 0
            else {{ quotient("scaled.value_new - scaled.value_old", "abs(scaled.value_old)") }}
        end as relative_change,
        scaled.nearest_power,
        pairs.release_name,
        pairs.reference_iso3,
        pairs.country_iso3,
        pairs.previous_vintage,
        pairs.previous_file_id as file_id_old,
        pairs.file_id as file_id_new,
        pairs.previous_source,
        pairs.source,
        pairs.is_source_changed
    from scaled
    inner join {{ ref("int_series_vintages__paired") }} as pairs
        on pairs.indicator_code = scaled.indicator_code
        and pairs.series_id = scaled.series_id
        and pairs.release_year is not distinct from scaled.release_year
        and pairs.previous_source = scaled.previous_source
        and pairs.source = scaled.source
        and pairs.vintage = scaled.vintage
    left join {{ ref("int_file_years__stated") }} as spoken_of
        on spoken_of.file_id = pairs.speaking_file_id
        and spoken_of.year = scaled.year

)

select
    release_name,
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    year,
    previous_vintage,
    vintage,
    kind,
    value_old,
    value_new,
    relative_change,
    case when kind = 'rescaled' then nearest_power end as power_of_ten,
    file_id_old,
    file_id_new,
    previous_source,
    source,
    is_source_changed
from classified
