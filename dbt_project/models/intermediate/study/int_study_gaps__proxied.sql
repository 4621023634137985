select
    gaps.study,
    gaps.fill_set,
    gaps.variable,
    gaps.country_iso3,
    gaps.year,
    gaps.step,
    proxies.value,
    'proxy' as value_origin,
    'proxy by ' || gaps.proxy_variable as fill_method,
    proxies.vintage,
    proxies.vintage_rule,
    proxies.is_later_vintage,
    proxies.file_id
from {{ ref("int_study_gaps__ruled") }} as gaps
inner join {{ ref("int_study_cells__chosen") }} as proxies
    on proxies.study = gaps.study
    and proxies.variable = gaps.proxy_variable
    and proxies.country_iso3 = gaps.country_iso3
    and proxies.year = gaps.year
where
    gaps.method = 'proxy'
    and proxies.value is not null
