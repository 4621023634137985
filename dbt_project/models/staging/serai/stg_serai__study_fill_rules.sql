with study_fill_rules as (

    select *
    from {{ source("serai", "study_fill_rules") }}

),

renamed as (

    select
        study,
        fill_set,
        variable,
        cast(step as integer) as step,
        method,
        proxy_variable,
        cast(max_years as integer) as max_years,
        cast(from_year as integer) as from_year,
        cast(to_year as integer) as to_year,
        coalesce(cast(is_in_logs as boolean), false) as is_in_logs,
        reason
    from study_fill_rules

)

select *
from renamed
