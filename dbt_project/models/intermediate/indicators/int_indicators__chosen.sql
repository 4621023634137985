with releases as (

    select
        indicator_code,
        source,
        reference_iso3,
        vintage,
        count(distinct series_id) as series_count
    from {{ ref("int_indicators__corrected") }}
    group by indicator_code, source, reference_iso3, vintage

),

compared as (

    select
        indicator_code,
        source,
        reference_iso3,
        vintage,
        series_count,
        max(series_count) over (partition by indicator_code, source, reference_iso3) as most_series_count
    from releases

),

covering as (

    select
        indicator_code,
        source,
        reference_iso3,
        max(vintage) as vintage
    from compared
    where series_count >= {{ var("vintage_coverage_share") }} * most_series_count
    group by indicator_code, source, reference_iso3

),

observed as (

    select
        observations.indicator_code,
        observations.reference_iso3,
        observations.country_iso3,
        observations.series_id,
        observations.year,
        observations.value,
        observations.value_origin,
        observations.vintage,
        observations.file_id,
        observations.source,
        -- A release that covers the indicator and has left the country out is later than what is known of the country.
        greatest(years.latest_vintage, covering.vintage) as latest_vintage
    from {{ ref("int_indicators__corrected") }} as observations
    inner join {{ ref("int_indicator_years__released") }} as years
        on years.indicator_code = observations.indicator_code
        and years.released_for_iso3
            is not distinct from coalesce(observations.reference_iso3, observations.country_iso3)
        and years.year is not distinct from observations.year
        and years.vintage = observations.vintage
    inner join covering
        on covering.indicator_code = observations.indicator_code
        and covering.source = observations.source
        and covering.reference_iso3 is not distinct from observations.reference_iso3

)

select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    year,
    value,
    case when vintage < latest_vintage then 'stale_vintage' else value_origin end as value_origin,
    vintage,
    file_id,
    source,
    value_origin as stated_value_origin,
    latest_vintage
from observed
