with ranked as (

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
        row_number() over (
            partition by indicator_code, series_id, year, vintage
            order by loaded_at desc, file_id
        ) as arrival_rank
    from {{ ref("int_indicators__unioned") }}

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
    file_id
from ranked
where arrival_rank = 1
