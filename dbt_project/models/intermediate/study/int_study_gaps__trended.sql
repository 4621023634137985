with points as (

    select
        gaps.study,
        gaps.fill_set,
        gaps.variable,
        gaps.country_iso3,
        gaps.year,
        gaps.step,
        gaps.is_in_logs,
        gaps.vintage,
        gaps.vintage_rule,
        gaps.is_later_vintage,
        observed.year as point_year,
        observed.value as point_value,
        case when gaps.is_in_logs then {{ ln_of_positive("observed.value") }} else observed.value end as height,
        observed.file_id
    from {{ ref("int_study_gaps__ruled") }} as gaps
    inner join {{ ref("int_study_cells__chosen") }} as observed
        on observed.study = gaps.study
        and observed.variable = gaps.variable
        and observed.country_iso3 = gaps.country_iso3
        and (gaps.from_year is null or observed.year >= gaps.from_year)
        and (gaps.to_year is null or observed.year <= gaps.to_year)
    where
        gaps.method = 'trend'
        and observed.value is not null

),

lines as (

    select
        study,
        fill_set,
        variable,
        country_iso3,
        year,
        step,
        is_in_logs,
        vintage,
        vintage_rule,
        is_later_vintage,
        count(*) as point_count,
        min(point_value) as lowest_value,
        avg(point_year {{ in_order_of("point_year") }}) as mean_year,
        avg(height {{ in_order_of("point_year") }}) as mean_height,
        {{ quotient(
            "covar_pop(height, point_year " ~ in_order_of("point_year") ~ ")",
            "var_pop(point_year " ~ in_order_of("point_year") ~ ")"
        ) }} as slope,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id
    from points
    group by
        study,
        fill_set,
        variable,
        country_iso3,
        year,
        step,
        is_in_logs,
        vintage,
        vintage_rule,
        is_later_vintage

),

predicted as (

    select
        study,
        fill_set,
        variable,
        country_iso3,
        year,
        step,
        is_in_logs,
        mean_height + slope * (year - mean_year) as height,
        vintage,
        vintage_rule,
        is_later_vintage,
        file_id
    from lines
    -- Two points are no trend; a line in logarithms through a value that has none is no line.
    where
        point_count >= 3
        and (not is_in_logs or lowest_value > 0)

)

select
    study,
    fill_set,
    variable,
    country_iso3,
    year,
    step,
    case when is_in_logs then exp(height) else height end as value,
    'trend' as value_origin,
    case when is_in_logs then 'trend in logs' else 'trend' end as fill_method,
    vintage,
    vintage_rule,
    is_later_vintage,
    file_id
from predicted
