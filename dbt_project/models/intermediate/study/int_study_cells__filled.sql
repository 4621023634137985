with offers as (

    {%- for offered in [
        ref("int_study_gaps__interpolated"),
        ref("int_study_gaps__carried"),
        ref("int_study_gaps__trended"),
        ref("int_study_gaps__proxied"),
        ref("int_study_gaps__averaged"),
    ] %}
    select
        study, fill_set, variable, country_iso3, year, step,
        value, value_origin, fill_method, vintage, vintage_rule, is_later_vintage, file_id
    from {{ offered }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

ranked as (

    select
        study,
        fill_set,
        variable,
        country_iso3,
        year,
        value,
        value_origin,
        fill_method,
        vintage,
        vintage_rule,
        is_later_vintage,
        file_id,
        row_number() over (
            partition by study, fill_set, variable, country_iso3, year
            order by step
        ) as offer_rank
    from offers

)

select
    cells.study,
    fill_sets.fill_set,
    cells.variable,
    cells.country_iso3,
    cells.year,
    cells.reference_iso3,
    cells.indicator_code,
    cells.unit_kind,
    cells.unit_id,
    case when fills.study is null then cells.value else fills.value end as value,
    case when fills.study is null then cells.value_origin else fills.value_origin end as value_origin,
    fills.study is not null as is_filled,
    fills.fill_method,
    case when fills.study is null then cells.vintage else fills.vintage end as vintage,
    case when fills.study is null then cells.vintage_rule else fills.vintage_rule end as vintage_rule,
    case when fills.study is null then cells.is_later_vintage else fills.is_later_vintage end as is_later_vintage,
    case when fills.study is null then cells.file_id else fills.file_id end as file_id,
    cells.is_in_study
from {{ ref("int_study_cells__chosen") }} as cells
inner join {{ ref("stg_serai__study_fill_sets") }} as fill_sets
    on fill_sets.study = cells.study
left join ranked as fills
    on fills.study = cells.study
    and fills.fill_set = fill_sets.fill_set
    and fills.variable = cells.variable
    and fills.country_iso3 = cells.country_iso3
    and fills.year = cells.year
    and fills.offer_rank = 1
where cells.is_required
