with series as (

    select *
    from {{ source("worldbank_wdi", "series") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        {{ trimmed("indicator_code") }} as indicator_code,
        {{ trimmed("indicator_name") }} as indicator_name,
        {{ trimmed("unit_of_measure") }} as unit_of_measure,
        {{ trimmed("long_definition") }} as long_definition,
        {{ trimmed("data_source") }} as data_source
    from series

)

select *
from renamed
