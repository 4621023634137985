with reports as (

    select
        catalogue.source,
        case when catalogue.source_key = 'exports_fob' then 'exporter' else 'importer' end as reported_by,
        observations.reference_iso3,
        observations.country_iso3,
        observations.year,
        observations.value,
        observations.value_origin,
        observations.vintage,
        observations.file_id
    from {{ ref("int_indicators__chosen") }} as observations
    inner join {{ ref("indicators") }} as catalogue
        on catalogue.indicator_code = observations.indicator_code
    where catalogue.source_key in ('exports_fob', 'imports_cif')

)

select
    source,
    case when reported_by = 'exporter' then reference_iso3 else country_iso3 end as exporter_iso3,
    case when reported_by = 'exporter' then country_iso3 else reference_iso3 end as importer_iso3,
    year,
    reported_by,
    value as trade_value_usd,
    value_origin,
    vintage,
    file_id
from reports
