with latest_vintages as (

    select
        indicator_code,
        max(vintage) as vintage
    from {{ ref("int_indicator_vintages__listed") }}
    group by indicator_code

)

select
    observations.indicator_code,
    observations.reference_iso3,
    observations.country_iso3,
    observations.series_id,
    observations.year,
    observations.value,
    observations.value_origin,
    observations.vintage,
    observations.file_id
from {{ ref("int_indicators__corrected") }} as observations
inner join latest_vintages
    on latest_vintages.indicator_code = observations.indicator_code
    and latest_vintages.vintage = observations.vintage
