with observations as (

    select
        observations.indicator_code,
        observations.source,
        observations.source_precedence,
        observations.reference_iso3,
        observations.country_iso3,
        observations.series_id,
        observations.year,
        observations.value,
        observations.value_origin,
        observations.vintage,
        observations.file_id,
        observations.loaded_at,
        files.retrieved_at,
        count(*) over (
            partition by
                observations.indicator_code, observations.series_id, observations.vintage, observations.file_id
        ) as value_count
    from {{ ref("int_indicators__unioned") }} as observations
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = observations.file_id
    where {{ as_of("observations.vintage") }}

),

ranked as (

    -- Ranked without the year: all rows of the preferred file share its rank, and none of another is mixed in.
    select
        indicator_code,
        source,
        reference_iso3,
        country_iso3,
        series_id,
        year,
        value,
        value_origin,
        vintage,
        file_id,
        rank() over (
            partition by indicator_code, series_id, vintage
            order by source_precedence, {{ file_preference("loaded_at", "retrieved_at", "value_count", "file_id") }}
        ) as file_rank
    from observations

)

select
    indicator_code,
    source,
    reference_iso3,
    country_iso3,
    series_id,
    year,
    value,
    value_origin,
    vintage,
    file_id
from ranked
where file_rank = 1
