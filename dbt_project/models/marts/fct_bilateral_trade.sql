select
    exporter_iso3,
    importer_iso3,
    year,
    value_exporter_usd,
    value_importer_usd,
    is_exporter_estimated,
    is_importer_estimated,
    cif_fob_factor,
    value_final_usd,
    value_origin,
    vintage,
    file_id,
    report_used
from {{ ref("int_bilateral_trade__mirrored") }}
