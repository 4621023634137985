select
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    avg(others.value {{ in_order_of("others.country_iso3") }}) as value,
    'proxy' as value_origin,
    'group_mean' as fill_method,
    gaps.vintage,
    gaps.vintage_rule,
    gaps.is_later_vintage,
    case when min(others.file_id) = max(others.file_id) then min(others.file_id) end as file_id
from {{ ref("int_study_gaps__ruled") }} as gaps
inner join {{ ref("int_study_cells__chosen") }} as others
    on others.study = gaps.study
    and others.variable = gaps.variable
    and others.year = gaps.year
    and others.country_iso3 <> gaps.country_iso3
where
    gaps.method = 'group_mean'
    and others.is_partner
    and others.value is not null
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
