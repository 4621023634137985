with study_variables as (

    select *
    from {{ source("serai", "study_variables") }}

),

renamed as (

    select
        study,
        variable,
        indicator_code,
        cast(vintage_pin as date) as vintage_pin,
        cast(is_later_vintage_allowed as boolean) as is_later_vintage_allowed,
        chain_rate_variable,
        cast(chain_base_year as integer) as chain_base_year,
        cast(chain_base_value as double) as chain_base_value
    from study_variables

)

select *
from renamed
