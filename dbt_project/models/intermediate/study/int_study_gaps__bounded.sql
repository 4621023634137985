select
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    gaps.method,
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
    gaps.method in ('linear', 'carry')
    and observed.value is not null
group by
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    gaps.method,
    gaps.max_years,
    gaps.vintage,
    gaps.vintage_rule,
    gaps.is_later_vintage
