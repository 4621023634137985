with corrected as (

    select
        observations.indicator_code,
        observations.reference_iso3,
        observations.country_iso3,
        observations.series_id,
        observations.year,
        case
            when corrections.correction_id is null then observations.value
            else corrections.corrected_value
        end as value,
        case
            when corrections.is_correction_expected then 'corrected'
            else observations.value_origin
        end as value_origin,
        observations.vintage,
        observations.file_id,
        observations.value as source_value,
        corrections.correction_id,
        corrections.is_correction_expected,
        observations.source
    from {{ ref("int_indicators__deduplicated") }} as observations
    left join {{ ref("int_corrections__matched") }} as corrections
        on corrections.indicator_code = observations.indicator_code
        and corrections.series_id = observations.series_id
        and corrections.vintage = observations.vintage
        and corrections.year is not distinct from observations.year

)

select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    year,
    value,
    value_origin,
    vintage,
    file_id,
    source_value,
    correction_id,
    is_correction_expected,
    source
from corrected
-- The action 'remove' leaves no value.
where value is not null
