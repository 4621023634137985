{#- Fails for every flow of which a source's reports fit no rule of the seed trade_report_preferences, or no row of
    trade_source_precedence: it would be left out without a word. -#}

select
    reports.source,
    reports.exporter_iso3,
    reports.importer_iso3,
    min(reports.year) as first_year,
    max(reports.year) as last_year
from {{ ref("int_bilateral_trade__reported") }} as reports
left join {{ ref("trade_report_preferences") }} as preferences
    on preferences.source = reports.source
    and (preferences.exporter_iso3 is null or preferences.exporter_iso3 = reports.exporter_iso3)
    and (preferences.importer_iso3 is null or preferences.importer_iso3 = reports.importer_iso3)
    and reports.year >= preferences.valid_from_year
    and (preferences.valid_to_year is null or reports.year <= preferences.valid_to_year)
left join {{ ref("trade_source_precedence") }} as precedences
    on precedences.source = reports.source
    and (precedences.reporting_iso3 is null or precedences.reporting_iso3 = reports.reporting_iso3)
    and reports.year >= precedences.valid_from_year
    and (precedences.valid_to_year is null or reports.year <= precedences.valid_to_year)
where preferences.source is null or precedences.source is null
group by reports.source, reports.exporter_iso3, reports.importer_iso3
