with stated as (

    select
        digital.study,
        'services_exports' as flow,
        observed.country_iso3,
        observed.year,
        observed.is_world,
        observed.value as value_usd,
        observed.value_origin,
        observed.vintage,
        observed.file_id
    from {{ ref("stg_serai__study_digital_trade") }} as digital
    inner join {{ ref("int_digital_variables__observed") }} as observed
        on observed.study = digital.study
        and observed.variable = digital.services_exports_variable

    union all

    select
        digital.study,
        'services_imports' as flow,
        observed.country_iso3,
        observed.year,
        observed.is_world,
        observed.value as value_usd,
        observed.value_origin,
        observed.vintage,
        observed.file_id
    from {{ ref("stg_serai__study_digital_trade") }} as digital
    inner join {{ ref("int_digital_variables__observed") }} as observed
        on observed.study = digital.study
        and observed.variable = digital.services_imports_variable

    union all

    -- A total that is stated as a percentage is converted; it is no older than the newer of its two series.
    select
        totals.study,
        'total_' || totals.direction as flow,
        amounts.country_iso3,
        amounts.year,
        amounts.is_world,
        case
            when totals.percentage_variable is null then amounts.value
            else amounts.value * percentages.value / 100
        end as value_usd,
        case when totals.percentage_variable is null then amounts.value_origin else 'converted' end as value_origin,
        greatest(amounts.vintage, coalesce(percentages.vintage, amounts.vintage)) as vintage,
        case
            when totals.percentage_variable is null or percentages.file_id = amounts.file_id then amounts.file_id
        end as file_id
    from {{ ref("stg_serai__study_digital_totals") }} as totals
    inner join {{ ref("int_digital_variables__observed") }} as amounts
        on amounts.study = totals.study
        and amounts.variable = totals.value_variable
    left join {{ ref("int_digital_variables__observed") }} as percentages
        on percentages.study = totals.study
        and percentages.variable = totals.percentage_variable
        and percentages.country_iso3 = amounts.country_iso3
        and percentages.year = amounts.year
    where totals.percentage_variable is null or percentages.value is not null

),

world_code as (

    select min(area_code) as area_code
    from {{ ref("world_areas") }}

),

summed as (

    -- Only where the publisher states no total: a sum of those that publish is too small by those that do not.
    select
        stated.study,
        stated.flow,
        world_code.area_code as country_iso3,
        stated.year,
        sum(stated.value_usd {{ in_order_of("stated.country_iso3") }}) as value_usd,
        max(stated.vintage) as vintage,
        count(*) as world_economies_count
    from stated
    cross join world_code
    left join stated as published
        on published.study = stated.study
        and published.flow = stated.flow
        and published.year = stated.year
        and published.is_world
    where not stated.is_world and published.study is null
    group by stated.study, stated.flow, world_code.area_code, stated.year

)

select
    study,
    flow,
    country_iso3,
    year,
    is_world,
    value_usd,
    value_origin,
    vintage,
    file_id,
    cast(null as bigint) as world_economies_count
from stated

union all

select
    study,
    flow,
    country_iso3,
    year,
    true as is_world,
    value_usd,
    'estimated' as value_origin,
    vintage,
    cast(null as string) as file_id,
    world_economies_count
from summed
