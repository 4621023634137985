select
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    origin.value,
    'carried' as value_origin,
    case when gaps.earlier_year is null then 'carried back' else 'carried' end as fill_method,
    gaps.vintage,
    gaps.vintage_rule,
    gaps.is_later_vintage,
    origin.file_id
from {{ ref("int_study_gaps__bounded") }} as gaps
inner join {{ ref("int_study_cells__chosen") }} as origin
    on origin.study = gaps.study
    and origin.variable = gaps.variable
    and origin.country_iso3 = gaps.country_iso3
    and origin.year = coalesce(gaps.earlier_year, gaps.later_year)
where
    gaps.method = 'carry'
    and (gaps.max_years is null or abs(gaps.year - origin.year) <= gaps.max_years)
