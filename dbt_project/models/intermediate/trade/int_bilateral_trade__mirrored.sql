with sides as (

    -- The two reports beside each other are of one source.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        max(case when reported_by = 'exporter' then trade_value_usd end) as value_exporter_usd,
        max(case when reported_by = 'importer' then trade_value_usd end) as value_importer_usd,
        max(case when reported_by = 'exporter' then value_origin end) as value_exporter_origin,
        max(case when reported_by = 'importer' then value_origin end) as value_importer_origin,
        max(case when reported_by = 'exporter' then vintage end) as exporter_vintage,
        max(case when reported_by = 'importer' then vintage end) as importer_vintage,
        {{ importers_before_exporters("cif_fob_factor") }} as cif_fob_factor,
        {{ importers_before_exporters("cif_fob_factor_source") }} as cif_fob_factor_source,
        min(precedence) as precedence
    from {{ ref("int_bilateral_trade__judged") }}
    where is_full_year
    group by source, exporter_iso3, importer_iso3, year

),

ranked as (

    -- A report proper beats one that a later release has dropped, and both beat an estimate, whoever is preferred: the
    -- estimate is made from the other side anyway. Then the source that goes first, and of its two reports the
    -- preferred one.
    select
        reports.source,
        reports.exporter_iso3,
        reports.importer_iso3,
        reports.year,
        reports.reported_by,
        reports.trade_value_fob_usd,
        reports.valuation,
        reports.value_origin,
        reports.is_vintage_stale,
        reports.months_reported,
        reports.vintage,
        reports.file_id,
        reports.preferred_report,
        reports.preference_reason,
        reports.precedence_reason,
        sides.value_exporter_usd,
        sides.value_importer_usd,
        sides.value_exporter_origin,
        sides.value_importer_origin,
        sides.exporter_vintage,
        sides.importer_vintage,
        sides.cif_fob_factor,
        sides.cif_fob_factor_source,
        row_number() over (
            partition by reports.exporter_iso3, reports.importer_iso3, reports.year
            order by
                case
                    when reports.value_origin = 'estimated' then 2
                    when reports.is_vintage_stale then 1
                    else 0
                end,
                sides.precedence,
                reports.source,
                case when reports.reported_by = reports.preferred_report then 0 else 1 end
        ) as report_rank
    from {{ ref("int_bilateral_trade__judged") }} as reports
    inner join sides
        on sides.source = reports.source
        and sides.exporter_iso3 = reports.exporter_iso3
        and sides.importer_iso3 = reports.importer_iso3
        and sides.year = reports.year
    where reports.is_full_year

)

select
    source,
    exporter_iso3,
    importer_iso3,
    year,
    value_exporter_usd,
    value_importer_usd,
    value_exporter_origin = 'estimated' as is_exporter_estimated,
    value_importer_origin = 'estimated' as is_importer_estimated,
    cif_fob_factor,
    trade_value_fob_usd as value_final_usd,
    case
        when value_origin <> 'reported' then value_origin
        when reported_by <> preferred_report then 'mirrored'
        when reported_by = 'importer' and valuation <> 'fob' then 'converted'
        else 'reported'
    end as value_origin,
    vintage,
    file_id,
    reported_by as report_used,
    cif_fob_factor_source,
    case
        when reported_by = preferred_report then preference_reason
        when
            case when preferred_report = 'exporter' then value_exporter_usd else value_importer_usd end is null
            then 'The preferred report is missing'
        when
            case when preferred_report = 'exporter' then value_exporter_origin else value_importer_origin end
            = 'estimated'
            then 'The preferred report is an estimate'
        else 'A later release no longer states the preferred report'
    end as report_reason,
    precedence_reason as source_reason,
    value_exporter_origin,
    value_importer_origin,
    exporter_vintage,
    importer_vintage,
    is_vintage_stale,
    exporter_iso3 = importer_iso3 as is_self_trade,
    months_reported
from ranked
where report_rank = 1
