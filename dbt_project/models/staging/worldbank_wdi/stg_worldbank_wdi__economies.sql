with economies as (

    select *
    from {{ source("worldbank_wdi", "economies") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        economies.file_id,
        economies.row_number,
        economies.vintage,
        economies.loaded_at,
        {{ trimmed("economies.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        {{ trimmed("economies.table_name") }} as country_name,
        {{ trimmed("economies.short_name") }} as short_name,
        {{ trimmed("economies.long_name") }} as long_name,
        {{ trimmed("economies.country_iso2") }} as country_iso2,
        {{ trimmed("economies.currency_unit") }} as currency_unit,
        {{ trimmed("economies.region") }} as region,
        {{ trimmed("economies.income_group") }} as income_group,
        {{ trimmed("economies.lending_category") }} as lending_category,
        {{ trimmed("economies.other_groups") }} as other_groups,
        {{ trimmed("economies.special_notes") }} as special_notes
    from economies
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("economies.country_code")) }}

)

select *
from renamed
