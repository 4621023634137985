select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    vintage,
    min(year) as first_year,
    max(year) as last_year,
    -- A series of a vintage is read from one file; trade reports may come from one file per year.
    max(file_id) as file_id
from {{ ref("int_observations__stated") }}
group by indicator_code, reference_iso3, country_iso3, series_id, vintage
