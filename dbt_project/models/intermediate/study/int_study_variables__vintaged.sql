with choices as (

    select
        variables.study,
        variables.variable,
        max(case when vintages.vintage = variables.vintage_pin then vintages.vintage end) as pinned_vintage,
        max(
            case when vintages.is_allowed and vintages.is_covering then vintages.vintage end
        ) as latest_allowed_vintage,
        min(
            case when not vintages.is_allowed and vintages.is_covering then vintages.vintage end
        ) as earliest_later_vintage
    from {{ ref("int_study_variables__observed") }} as variables
    left join {{ ref("int_study_vintages__covered") }} as vintages
        on vintages.study = variables.study
        and vintages.variable = variables.variable
    group by variables.study, variables.variable

),

ruled as (

    select
        variables.study,
        variables.variable,
        variables.indicator_code,
        variables.observed_indicator_code,
        variables.scope,
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
    from {{ ref("int_study_variables__observed") }} as variables
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
        scope,
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
    study,
    variable,
    indicator_code,
    observed_indicator_code,
    scope,
    chain_rate_variable,
    chain_base_year,
    chain_base_value,
    vintage_pin,
    vintage,
    case when vintage is not null then rule end as vintage_rule,
    coalesce(vintage > as_of, false) as is_later_vintage
from chosen
