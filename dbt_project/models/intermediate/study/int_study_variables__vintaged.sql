with variables as (

    -- A chained variable is observed through its rate: the rate's indicator, pin and rule decide its vintage.
    select
        variables.study,
        variables.variable,
        variables.indicator_code,
        variables.chain_rate_variable,
        variables.chain_base_year,
        variables.chain_base_value,
        coalesce(rates.indicator_code, variables.indicator_code) as observed_indicator_code,
        case when rates.variable is null then variables.vintage_pin else rates.vintage_pin end as vintage_pin,
        coalesce(rates.is_later_vintage_allowed, variables.is_later_vintage_allowed) as is_later_vintage_allowed,
        studies.as_of
    from {{ ref("stg_serai__study_variables") }} as variables
    inner join {{ ref("stg_serai__studies") }} as studies
        on studies.study = variables.study
    left join {{ ref("stg_serai__study_variables") }} as rates
        on rates.study = variables.study
        and rates.variable = variables.chain_rate_variable

),

choices as (

    -- The list of vintages ends at the run's as-of day, so every choice here is capped by it.
    select
        variables.study,
        variables.variable,
        max(case when vintages.vintage = variables.vintage_pin then vintages.vintage end) as pinned_vintage,
        max(
            case when variables.as_of is null or vintages.vintage <= variables.as_of then vintages.vintage end
        ) as latest_allowed_vintage,
        min(case when vintages.vintage > variables.as_of then vintages.vintage end) as earliest_later_vintage
    from variables
    left join {{ ref("int_indicator_vintages__listed") }} as vintages
        on vintages.indicator_code = variables.observed_indicator_code
    group by variables.study, variables.variable

),

ruled as (

    select
        variables.study,
        variables.variable,
        variables.indicator_code,
        variables.observed_indicator_code,
        variables.chain_rate_variable,
        variables.chain_base_year,
        variables.chain_base_value,
        variables.vintage_pin,
        variables.as_of,
        choices.pinned_vintage,
        choices.latest_allowed_vintage,
        choices.earliest_later_vintage,
        case
            when variables.vintage_pin is not null and {{ as_of("variables.vintage_pin") }} then 'pinned'
            when choices.latest_allowed_vintage is not null then 'latest_allowed'
            when variables.is_later_vintage_allowed then 'later_for_want_of_earlier'
        end as rule
    from variables
    inner join choices
        on choices.study = variables.study
        and choices.variable = variables.variable

),

chosen as (

    select
        study,
        variable,
        indicator_code,
        observed_indicator_code,
        chain_rate_variable,
        chain_base_year,
        chain_base_value,
        vintage_pin,
        as_of,
        rule,
        case rule
            when 'pinned' then pinned_vintage
            when 'latest_allowed' then latest_allowed_vintage
            when 'later_for_want_of_earlier' then earliest_later_vintage
        end as vintage
    from ruled

)

select
    chosen.study,
    chosen.variable,
    chosen.indicator_code,
    chosen.observed_indicator_code,
    catalogue.scope,
    chosen.chain_rate_variable,
    chosen.chain_base_year,
    chosen.chain_base_value,
    chosen.vintage_pin,
    chosen.vintage,
    case when chosen.vintage is not null then chosen.rule end as vintage_rule,
    coalesce(chosen.vintage > chosen.as_of, false) as is_later_vintage
from chosen
left join {{ ref("indicators") }} as catalogue
    on catalogue.indicator_code = chosen.observed_indicator_code
