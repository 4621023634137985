with series as (

    select distinct
        study,
        variable,
        country_iso3,
        reference_iso3,
        indicator_code,
        unit_kind,
        unit_id,
        series_id,
        vintage,
        vintage_rule,
        is_later_vintage,
        last_year_read
    from {{ ref("int_study_cells__required") }}

),

dated as (

    -- Years before the study are read as well: a fill may reach back to them.
    select
        series.study,
        series.variable,
        series.country_iso3,
        observations.year,
        observations.value,
        observations.value_origin,
        observations.file_id
    from series
    inner join {{ ref("int_indicators__corrected") }} as observations
        on observations.indicator_code = series.indicator_code
        and observations.series_id = series.series_id
        and observations.vintage = series.vintage
        and observations.year <= series.last_year_read

),

undated as (

    select
        required.study,
        required.variable,
        required.country_iso3,
        required.year,
        observations.value,
        observations.value_origin,
        observations.file_id
    from {{ ref("int_study_cells__required") }} as required
    inner join {{ ref("int_indicators__corrected") }} as observations
        on observations.indicator_code = required.indicator_code
        and observations.series_id = required.series_id
        and observations.vintage = required.vintage
    where observations.year is null

),

observed as (

    select study, variable, country_iso3, year, value, value_origin, file_id from dated
    union all
    select study, variable, country_iso3, year, value, value_origin, file_id from undated

),

missing as (

    select
        required.study,
        required.variable,
        required.country_iso3,
        required.year,
        observed.value,
        observed.value_origin,
        observed.file_id
    from {{ ref("int_study_cells__required") }} as required
    left join observed
        on observed.study = required.study
        and observed.variable = required.variable
        and observed.country_iso3 = required.country_iso3
        and observed.year = required.year
    where observed.study is null

),

cells as (

    select study, variable, country_iso3, year, value, value_origin, file_id from observed
    union all
    select study, variable, country_iso3, year, value, value_origin, file_id from missing

)

select
    cells.study,
    cells.variable,
    cells.country_iso3,
    cells.year,
    series.reference_iso3,
    series.indicator_code,
    series.unit_kind,
    series.unit_id,
    cells.value,
    cells.value_origin,
    series.vintage,
    series.vintage_rule,
    series.is_later_vintage,
    cells.file_id,
    required.study is not null as is_required,
    coalesce(required.is_partner, false) as is_partner,
    coalesce(required.is_in_study, false) as is_in_study
from cells
inner join series
    on series.study = cells.study
    and series.variable = cells.variable
    and series.country_iso3 = cells.country_iso3
left join {{ ref("int_study_cells__required") }} as required
    on required.study = cells.study
    and required.variable = cells.variable
    and required.country_iso3 = cells.country_iso3
    and required.year = cells.year
