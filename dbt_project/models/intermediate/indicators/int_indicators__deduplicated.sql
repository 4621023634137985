with ranked as (

    -- Ranked without the year: all rows of the last file share its rank, and none of an earlier one is mixed in.
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
        rank() over (
            partition by indicator_code, series_id, vintage
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
