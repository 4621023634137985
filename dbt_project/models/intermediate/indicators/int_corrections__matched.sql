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
    -- A source that has repaired itself is not corrected again: its value stands, and the guard names the correction.
    observations.value between corrections.expected_min_value and corrections.expected_max_value
        as is_correction_expected,
    case
        when not (observations.value between corrections.expected_min_value and corrections.expected_max_value)
            then observations.value
        when corrections.action = 'replace' then corrections.value
        when corrections.action = 'multiply' then observations.value * corrections.value
    end as corrected_value
from {{ ref("int_indicators__deduplicated") }} as observations
inner join {{ ref("corrections") }} as corrections
    on corrections.indicator_code = observations.indicator_code
    and (corrections.source is null or corrections.source = observations.source)
    and (
        corrections.is_for_every_series
        or (
            corrections.reference_iso3 is not distinct from observations.reference_iso3
            and corrections.country_iso3 is not distinct from observations.country_iso3
        )
    )
    and (corrections.year_from is null or observations.year >= corrections.year_from)
    and (corrections.year_to is null or observations.year <= corrections.year_to)
    and (corrections.vintage_from is null or observations.vintage >= corrections.vintage_from)
    and (corrections.vintage_to is null or observations.vintage <= corrections.vintage_to)
