select
    rules.study,
    rules.fill_set,
    rules.variable,
    cells.country_iso3,
    cells.year,
    rules.step,
    rules.method,
    rules.proxy_variable,
    rules.max_years,
    rules.from_year,
    rules.to_year,
    rules.is_in_logs,
    cells.vintage,
    cells.vintage_rule,
    cells.is_later_vintage
from {{ ref("int_study_cells__chosen") }} as cells
inner join {{ ref("stg_serai__study_fill_rules") }} as rules
    on rules.study = cells.study
    and rules.variable = cells.variable
where
    cells.is_required
    and cells.value is null
