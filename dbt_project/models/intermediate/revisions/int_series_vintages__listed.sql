select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    release_year,
    vintage,
    min(year) as first_year,
    max(year) as last_year,
    -- One file per series and vintage: the series is read whole from it.
    max(file_id) as file_id,
    max(source) as source
from {{ ref("int_observations__stated") }}
group by indicator_code, reference_iso3, country_iso3, series_id, release_year, vintage
