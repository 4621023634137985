with study_digital_totals as (

    select *
    from {{ source("serai", "study_digital_totals") }}

),

renamed as (

    select
        study,
        direction,
        value_variable,
        percentage_variable
    from study_digital_totals

)

select *
from renamed
