with neighbours as (

    select
        gaps.study,
        gaps.fill_set,
        gaps.variable,
        gaps.country_iso3,
        gaps.year,
        gaps.step,
        gaps.max_years,
        gaps.vintage,
        gaps.vintage_rule,
        gaps.is_later_vintage,
        max(case when observed.year < gaps.year then observed.year end) as earlier_year,
        min(case when observed.year > gaps.year then observed.year end) as later_year
    from {{ ref("int_study_gaps__ruled") }} as gaps
    inner join {{ ref("int_study_cells__chosen") }} as observed
        on observed.study = gaps.study
        and observed.variable = gaps.variable
        and observed.country_iso3 = gaps.country_iso3
    where
        gaps.method = 'carry'
        and observed.value is not null
    group by
        gaps.study,
        gaps.fill_set,
        gaps.variable,
        gaps.country_iso3,
        gaps.year,
        gaps.step,
        gaps.max_years,
        gaps.vintage,
        gaps.vintage_rule,
        gaps.is_later_vintage

)

select
    neighbours.study,
    neighbours.fill_set,
    neighbours.variable,
    neighbours.country_iso3,
    neighbours.year,
    neighbours.step,
    origin.value,
    'carried' as value_origin,
    case when neighbours.earlier_year is null then 'carried back' else 'carried' end as fill_method,
    neighbours.vintage,
    neighbours.vintage_rule,
    neighbours.is_later_vintage,
    origin.file_id
from neighbours
inner join {{ ref("int_study_cells__chosen") }} as origin
    on origin.study = neighbours.study
    and origin.variable = neighbours.variable
    and origin.country_iso3 = neighbours.country_iso3
    and origin.year = coalesce(neighbours.earlier_year, neighbours.later_year)
where neighbours.max_years is null or abs(neighbours.year - origin.year) <= neighbours.max_years
