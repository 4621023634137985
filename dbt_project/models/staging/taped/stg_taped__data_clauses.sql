with data_clauses as (

    select *
    from {{ source("taped", "data_clauses") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        data_clauses.file_id,
        data_clauses.row_number,
        data_clauses.vintage,
        data_clauses.loaded_at,
        firsts.country_iso3 as first_iso3,
        seconds.country_iso3 as second_iso3,
        data_clauses.year,
        data_clauses.rta = 1 as has_agreement,
        data_clauses.rta_data = 1 as has_data_clause,
        data_clauses.rta_data_protection = 1 as has_data_protection_clause,
        data_clauses.rta_data_cross_border = 1 as has_cross_border_data_clause
    from data_clauses
    left join countries as firsts
        on {{ is_code_of("firsts", "iso3", trimmed("data_clauses.iso3_i"), "data_clauses.year") }}
    left join countries as seconds
        on {{ is_code_of("seconds", "iso3", trimmed("data_clauses.iso3_j"), "data_clauses.year") }}

)

select *
from renamed
