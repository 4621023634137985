with observations as (

    select *
    from {{ source("worldbank_data360", "observations") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        observations.file_id,
        observations.row_number,
        observations.vintage,
        observations.loaded_at,
        {{ trimmed("observations.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        {{ trimmed("observations.indicator_code") }} as indicator_code,
        {{ trimmed("observations.frequency_code") }} as frequency_code,
        {{ trimmed("observations.period") }} as period,
        cast(substr({{ trimmed("observations.period") }}, 1, 4) as integer) as year,
        {{ trimmed("observations.sex_code") }} = '_T' and {{ trimmed("observations.age_code") }} = '_T'
            and {{ trimmed("observations.urbanisation_code") }} = '_T'
            and {{ trimmed("observations.breakdown_1_code") }} in ('_T', '_Z')
            and {{ trimmed("observations.breakdown_2_code") }} in ('_T', '_Z')
            and {{ trimmed("observations.breakdown_3_code") }} in ('_T', '_Z')
            as is_total,
        {{ trimmed("observations.unit_code") }} as unit_code,
        cast({{ trimmed("observations.value") }} as double) * power(10, observations.unit_exponent) as value,
        {{ trimmed("observations.observation_status") }} as observation_status,
        {{ trimmed("observations.database_code") }} as database_code
    from observations
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("observations.country_code")) }}

)

select *
from renamed
