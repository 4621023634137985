{#- Fails for every corrected value that the source no longer states as the correction expects: the source may have
    repaired itself. Close the correction with `vintage_to`, or state anew what it expects. -#}

select
    correction_id,
    indicator_code,
    series_id,
    year,
    vintage,
    source_value
from {{ ref("int_indicators__corrected") }}
where
    correction_id is not null
    and not is_correction_expected
