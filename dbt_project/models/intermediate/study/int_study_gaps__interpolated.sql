with neighbours as (

    select
        gaps.study,
        gaps.fill_set,
        gaps.variable,
        gaps.country_iso3,
        gaps.year,
        gaps.step,
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
        gaps.method = 'linear'
        and observed.value is not null
    group by
        gaps.study,
        gaps.fill_set,
        gaps.variable,
        gaps.country_iso3,
        gaps.year,
        gaps.step,
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
    earlier.value
        + (later.value - earlier.value)
        * (neighbours.year - neighbours.earlier_year)
        / (neighbours.later_year - neighbours.earlier_year) as value,
    'interpolated' as value_origin,
    'linear' as fill_method,
    neighbours.vintage,
    neighbours.vintage_rule,
    neighbours.is_later_vintage,
    case when earlier.file_id = later.file_id then earlier.file_id end as file_id
from neighbours
inner join {{ ref("int_study_cells__chosen") }} as earlier
    on earlier.study = neighbours.study
    and earlier.variable = neighbours.variable
    and earlier.country_iso3 = neighbours.country_iso3
    and earlier.year = neighbours.earlier_year
inner join {{ ref("int_study_cells__chosen") }} as later
    on later.study = neighbours.study
    and later.variable = neighbours.variable
    and later.country_iso3 = neighbours.country_iso3
    and later.year = neighbours.later_year
