with reports as (

    -- What is an indicator of the catalogue is corrected there, before it comes here.
    select
        {{ trade_report_code("trade.source", "trade.reported_by") }} as indicator_code,
        trade.source,
        trade.reported_by,
        case when trade.reported_by = 'importer' then trade.importer_iso3 else trade.exporter_iso3 end
            as reference_iso3,
        case when trade.reported_by = 'importer' then trade.exporter_iso3 else trade.importer_iso3 end as country_iso3,
        trade.exporter_iso3,
        trade.importer_iso3,
        trade.year,
        trade.months_reported,
        trade.vintage,
        trade.file_id,
        trade.trade_value_usd,
        trade.value_fob_usd
    from {{ ref("int_bilateral_trade__unioned") }} as trade
    left join {{ ref("indicators") }} as catalogue
        on catalogue.source = trade.source
    where catalogue.source is null

)

select
    corrections.correction_id,
    reports.indicator_code,
    reports.source,
    reports.reported_by,
    reports.exporter_iso3,
    reports.importer_iso3,
    reports.reference_iso3 || '-' || reports.country_iso3 as series_id,
    reports.year,
    reports.months_reported,
    reports.vintage,
    reports.file_id,
    reports.trade_value_usd as source_value,
    corrections.action,
    {{ is_expected_by("corrections", "reports.trade_value_usd") }} as is_correction_expected,
    {{ corrected_by("corrections", "reports.trade_value_usd") }} as corrected_value,
    -- The importer's own statement free on board follows a factor; of another value nothing is known.
    case
        when not ({{ is_expected_by("corrections", "reports.trade_value_usd") }}) then reports.value_fob_usd
        when corrections.action = 'multiply' then reports.value_fob_usd * corrections.value
    end as corrected_value_fob_usd
from reports
inner join {{ ref("corrections") }} as corrections
    on {{ is_about("corrections", "reports") }}
