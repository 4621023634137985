with found as (

    select correction_id, vintage, source_value, is_correction_expected
    from {{ ref("int_corrections__matched") }}
    union all
    select correction_id, vintage, source_value, is_correction_expected
    from {{ ref("int_trade_corrections__matched") }}

),

matched as (

    select
        correction_id,
        count(case when is_correction_expected then 1 end) as corrected_count,
        count(case when not is_correction_expected then 1 end) as unexpected_count,
        min(case when not is_correction_expected then source_value end) as unexpected_min_value,
        max(case when not is_correction_expected then source_value end) as unexpected_max_value,
        max(vintage) as latest_vintage
    from found
    group by correction_id

)

select
    corrections.correction_id,
    corrections.indicator_code,
    corrections.source,
    coalesce(corrections.is_for_every_series, false) as is_for_every_series,
    corrections.reference_iso3,
    corrections.country_iso3,
    corrections.year_from,
    corrections.year_to,
    corrections.vintage_from,
    corrections.vintage_to,
    corrections.action,
    corrections.value,
    corrections.expected_min_value,
    corrections.expected_max_value,
    corrections.reason,
    corrections.source_url,
    corrections.added_on,
    coalesce(matched.corrected_count, 0) as corrected_count,
    coalesce(matched.unexpected_count, 0) as unexpected_count,
    matched.unexpected_min_value,
    matched.unexpected_max_value,
    matched.latest_vintage,
    case
        when matched.correction_id is null then 'nothing to correct'
        when matched.unexpected_count = 0 then 'applied'
        when matched.corrected_count = 0 then 'condition fails'
        else 'condition fails in part'
    end as state
from {{ ref("corrections") }} as corrections
left join matched
    on matched.correction_id = corrections.correction_id
