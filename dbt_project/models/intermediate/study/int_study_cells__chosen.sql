with series as (

    -- No year after the study is read but by the rate of a chain, whose cells are required up to the base year.
    select
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
        greatest(last_year_read, max(year)) as last_year_read
    from {{ ref("int_study_cells__required") }}
    group by
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

)

select
    series.study,
    series.variable,
    series.country_iso3,
    coalesce(required.year, observed.year) as year,
    series.reference_iso3,
    series.indicator_code,
    series.unit_kind,
    series.unit_id,
    observed.value,
    observed.value_origin,
    series.vintage,
    series.vintage_rule,
    series.is_later_vintage,
    observed.file_id,
    required.study is not null as is_required,
    coalesce(required.is_partner, false) as is_partner,
    coalesce(required.is_in_study, false) as is_in_study
from {{ ref("int_study_cells__required") }} as required
full outer join observed
    on observed.study = required.study
    and observed.variable = required.variable
    and observed.country_iso3 = required.country_iso3
    and observed.year = required.year
inner join series
    on series.study = coalesce(required.study, observed.study)
    and series.variable = coalesce(required.variable, observed.variable)
    and series.country_iso3 = coalesce(required.country_iso3, observed.country_iso3)
