with cells as (

    {%- for built in [ref("int_study_cells__filled"), ref("int_study_cells__chained")] %}
    select
        study, fill_set, unit_id, variable, year, unit_kind, reference_iso3, country_iso3, indicator_code,
        value, value_origin, is_filled, fill_method, vintage, vintage_rule, is_later_vintage, file_id
    from {{ built }}
    where is_in_study
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    study,
    fill_set,
    unit_id,
    variable,
    year,
    unit_kind,
    reference_iso3,
    country_iso3,
    indicator_code,
    value,
    value_origin,
    is_filled,
    fill_method,
    vintage,
    vintage_rule,
    is_later_vintage,
    file_id
from cells
