with study_partners as (

    select *
    from {{ source("serai", "study_partners") }}

),

renamed as (

    select
        study,
        partner_iso3,
        group_code,
        membership_rule,
        cast(is_reference_included as boolean) as is_reference_included,
        cast(is_every_country as boolean) as is_every_country
    from study_partners

)

select *
from renamed
