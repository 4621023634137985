with matched as (

    select
        observations.indicator_code,
        observations.reference_iso3,
        observations.country_iso3,
        observations.series_id,
        observations.year,
        observations.value as source_value,
        observations.value_origin as source_value_origin,
        observations.vintage,
        observations.file_id,
        corrections.correction_id,
        corrections.action,
        corrections.value as correction_value,
        -- A source that has repaired itself is not corrected again; the guard then asks for the row to be closed.
        observations.value between corrections.expected_min_value and corrections.expected_max_value
            as is_correction_expected
    from {{ ref("int_indicators__deduplicated") }} as observations
    left join {{ ref("corrections") }} as corrections
        on corrections.indicator_code = observations.indicator_code
        and corrections.reference_iso3 is not distinct from observations.reference_iso3
        and corrections.country_iso3 is not distinct from observations.country_iso3
        and (corrections.year_from is null or observations.year >= corrections.year_from)
        and (corrections.year_to is null or observations.year <= corrections.year_to)
        and (corrections.vintage_from is null or observations.vintage >= corrections.vintage_from)
        and (corrections.vintage_to is null or observations.vintage <= corrections.vintage_to)

),

corrected as (

    select
        indicator_code,
        reference_iso3,
        country_iso3,
        series_id,
        year,
        case
            when not coalesce(is_correction_expected, false) then source_value
            when action = 'replace' then correction_value
            when action = 'multiply' then source_value * correction_value
        end as value,
        case
            when coalesce(is_correction_expected, false) then 'corrected'
            else source_value_origin
        end as value_origin,
        vintage,
        file_id,
        source_value,
        correction_id,
        is_correction_expected
    from matched

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
    is_correction_expected
from corrected
-- The action 'remove' leaves no value.
where value is not null
