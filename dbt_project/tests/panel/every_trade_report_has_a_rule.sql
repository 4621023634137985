{#- Fails for every flow of which a source's reports fit no rule of the seed trade_report_preferences: it would be left
    out without a word. -#}

select
    reports.source,
    reports.exporter_iso3,
    reports.importer_iso3,
    min(reports.year) as first_year,
    max(reports.year) as last_year
from {{ ref("int_bilateral_trade__reported") }} as reports
left join {{ ref("trade_report_preferences") }} as rules
    on rules.source = reports.source
    and (rules.exporter_iso3 is null or rules.exporter_iso3 = reports.exporter_iso3)
    and (rules.importer_iso3 is null or rules.importer_iso3 = reports.importer_iso3)
    and reports.year >= rules.valid_from_year
    and (rules.valid_to_year is null or reports.year <= rules.valid_to_year)
where rules.source is null
group by reports.source, reports.exporter_iso3, reports.importer_iso3
