with study_digital_trade as (

    select *
    from {{ source("serai", "study_digital_trade") }}

),

renamed as (

    select
        study,
        cast(year_from as integer) as year_from,
        cast(year_to as integer) as year_to,
        services_exports_variable,
        services_imports_variable,
        totals_concept,
        scale_method,
        cast(min_countries as bigint) as min_countries,
        cast(min_measure_share as double) as min_measure_share,
        cast(min_pillars as bigint) as min_pillars,
        scale_reason
    from study_digital_trade

)

select *
from renamed
