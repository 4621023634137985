with studies as (

    select *
    from {{ source("serai", "studies") }}

),

renamed as (

    select
        study,
        title,
        question,
        reference_iso3,
        cast(as_of as date) as as_of,
        cast(year_from as integer) as year_from,
        cast(year_to as integer) as year_to,
        base_fill_set,
        study_hash,
        index_role,
        index_title,
        gap_scenario,
        gap_flow,
        cast(profile_priority as bigint) as profile_priority,
        cast(has_panel as boolean) as has_panel,
        cast(has_index as boolean) as has_index,
        cast(has_gravity as boolean) as has_gravity,
        cast(has_potential as boolean) as has_potential,
        cast(has_printed_numbers as boolean) as has_printed_numbers
    from studies

)

select *
from renamed
