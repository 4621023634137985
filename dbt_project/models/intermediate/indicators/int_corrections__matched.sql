select
    corrections.correction_id,
    observations.indicator_code,
    observations.reference_iso3,
    observations.country_iso3,
    observations.series_id,
    observations.year,
    observations.vintage,
    observations.file_id,
    observations.value as source_value,
    corrections.action,
    {{ is_expected_by("corrections", "observations.value") }} as is_correction_expected,
    {{ corrected_by("corrections", "observations.value") }} as corrected_value
from {{ ref("int_indicators__deduplicated") }} as observations
inner join {{ ref("corrections") }} as corrections
    on {{ is_about("corrections", "observations") }}
