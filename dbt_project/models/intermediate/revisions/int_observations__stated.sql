{#- A view: the figures themselves are stored once, where they come from. -#}
{{ config(materialized="view") }}

with trade as (

    -- Reports of trade that are no indicator of the catalogue. A part of a year is not compared with another part.
    select
        {{ trade_report_code("reports.source", "reports.reported_by") }} as indicator_code,
        case when reports.reported_by = 'importer' then reports.importer_iso3 else reports.exporter_iso3 end
            as reference_iso3,
        case when reports.reported_by = 'importer' then reports.exporter_iso3 else reports.importer_iso3 end
            as country_iso3,
        reports.year,
        reports.trade_value_usd,
        reports.vintage,
        reports.file_id,
        reports.source
    from {{ ref("int_bilateral_trade__corrected") }} as reports
    left join {{ ref("indicators") }} as catalogue
        on catalogue.source = reports.source
    where
        catalogue.source is null
        and reports.months_reported is null

)

select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    cast(null as integer) as release_year,
    year,
    value,
    vintage,
    file_id,
    source
from {{ ref("int_indicators__corrected") }}

union all

select
    indicator_code,
    reference_iso3,
    country_iso3,
    reference_iso3 || '-' || country_iso3 as series_id,
    -- They come, and are read, year by year: a file about one year says nothing of another.
    year as release_year,
    year,
    trade_value_usd as value,
    vintage,
    file_id,
    source
from trade
