select
    reports.source,
    reports.exporter_iso3,
    reports.importer_iso3,
    reports.year,
    reports.reported_by,
    reports.trade_value_usd,
    reports.valuation,
    reports.cif_fob_factor,
    reports.cif_fob_factor_source,
    reports.trade_value_fob_usd,
    reports.value_origin,
    reports.estimate_evidence,
    reports.months_reported,
    reports.is_full_year,
    reports.vintage,
    reports.is_vintage_stale,
    reports.file_id,
    reports.precedence as source_precedence,
    reports.reported_by = reports.preferred_report as is_preferred,
    used.source is not null as is_used
from {{ ref("int_bilateral_trade__judged") }} as reports
left join {{ ref("int_bilateral_trade__mirrored") }} as used
    on used.source = reports.source
    and used.exporter_iso3 = reports.exporter_iso3
    and used.importer_iso3 = reports.importer_iso3
    and used.year = reports.year
    and used.report_used = reports.reported_by
