with releases as (

    -- A release is one country's: a later file without the country says nothing of it. Trade comes by reporter,
    -- so a pair belongs to its first country; a world series belongs to none.
    select
        indicator_code,
        coalesce(reference_iso3, country_iso3) as released_for,
        max(vintage) as vintage
    from {{ ref("int_indicator_vintages__listed") }}
    group by indicator_code, coalesce(reference_iso3, country_iso3)

)

select
    observations.indicator_code,
    observations.reference_iso3,
    observations.country_iso3,
    observations.series_id,
    observations.year,
    observations.value,
    observations.value_origin,
    observations.vintage,
    observations.file_id
from {{ ref("int_indicators__corrected") }} as observations
inner join releases
    on releases.indicator_code = observations.indicator_code
    and releases.released_for is not distinct from coalesce(observations.reference_iso3, observations.country_iso3)
    and releases.vintage = observations.vintage
