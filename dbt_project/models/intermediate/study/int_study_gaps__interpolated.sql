select
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    earlier.value
        + (later.value - earlier.value)
        * (gaps.year - gaps.earlier_year)
        / (gaps.later_year - gaps.earlier_year) as value,
    'interpolated' as value_origin,
    'linear' as fill_method,
    gaps.vintage,
    gaps.vintage_rule,
    gaps.is_later_vintage,
    case when earlier.file_id = later.file_id then earlier.file_id end as file_id
from {{ ref("int_study_gaps__bounded") }} as gaps
inner join {{ ref("int_study_cells__chosen") }} as earlier
    on earlier.study = gaps.study
    and earlier.variable = gaps.variable
    and earlier.country_iso3 = gaps.country_iso3
    and earlier.year = gaps.earlier_year
inner join {{ ref("int_study_cells__chosen") }} as later
    on later.study = gaps.study
    and later.variable = gaps.variable
    and later.country_iso3 = gaps.country_iso3
    and later.year = gaps.later_year
where gaps.method = 'linear'
