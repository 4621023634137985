select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    vintage,
    min(year) as first_year,
    max(year) as last_year
from {{ ref("int_indicators__corrected") }}
group by indicator_code, reference_iso3, country_iso3, series_id, vintage
