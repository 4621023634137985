with countries as (

    select
        study,
        reference_iso3,
        country_iso3,
        bool_or(is_partner) as is_partner
    from {{ ref("int_study_partners__dated") }}
    where is_in_study
    group by study, reference_iso3, country_iso3

),

series as (

    -- The series in which a variable finds each country; the reference country has no trade with itself.
    select
        variables.study,
        variables.variable,
        variables.observed_indicator_code,
        variables.as_of,
        variables.year_to,
        countries.is_partner,
        case
            when variables.scope = 'world' then 'world'
            when variables.scope in ('pair', 'pair_fixed')
                then countries.reference_iso3 || '-' || countries.country_iso3
            else countries.country_iso3
        end as series_id
    from {{ ref("int_study_variables__observed") }} as variables
    inner join countries
        on countries.study = variables.study
    where countries.is_partner or variables.scope not in ('pair', 'pair_fixed')

),

counted as (

    -- The list of vintages ends at the run's as-of day, so every choice from it is capped by that day.
    select
        series.study,
        series.variable,
        vintages.vintage,
        series.as_of is null or vintages.vintage <= series.as_of as is_allowed,
        count(case when series.is_partner then 1 end) as covered_partners
    from series
    inner join {{ ref("int_indicator_vintages__listed") }} as vintages
        on vintages.indicator_code = series.observed_indicator_code
        and vintages.series_id = series.series_id
        and (vintages.first_year is null or vintages.first_year <= series.year_to)
    group by series.study, series.variable, vintages.vintage, series.as_of

),

compared as (

    select
        study,
        variable,
        vintage,
        is_allowed,
        covered_partners,
        max(covered_partners) over (partition by study, variable, is_allowed) as most_covered_partners
    from counted

)

select
    study,
    variable,
    vintage,
    is_allowed,
    covered_partners,
    most_covered_partners,
    covered_partners >= {{ var("vintage_coverage_share") }} * most_covered_partners as is_covering
from compared
