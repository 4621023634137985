with sides as (

    -- A reconciled value has no two sides, and a year of fewer than twelve months no total to compare.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        max(case when reported_by = 'exporter' then trade_value_usd end) as x_reported_fob_usd,
        max(case when reported_by = 'importer' and valuation = 'cif' then trade_value_usd end) as m_reported_cif_usd,
        max(case when reported_by = 'importer' then valuation end) as importer_valuation,
        max(case when reported_by = 'importer' then trade_value_fob_usd end) as m_fob_at_factor_usd,
        {{ importers_before_exporters("cif_fob_factor") }} as cif_fob_factor,
        {{ importers_before_exporters("cif_fob_factor_source") }} as cif_fob_factor_source,
        max(case when reported_by = 'exporter' then value_origin end) as value_exporter_origin,
        max(case when reported_by = 'importer' then value_origin end) as value_importer_origin,
        max(case when reported_by = 'exporter' then estimate_evidence end) as exporter_estimate_evidence,
        max(case when reported_by = 'importer' then estimate_evidence end) as importer_estimate_evidence,
        max(case when reported_by = 'exporter' then vintage end) as exporter_vintage,
        max(case when reported_by = 'importer' then vintage end) as importer_vintage,
        max(case when is_vintage_stale then 1 else 0 end) = 1 as is_vintage_stale,
        max(case when is_used then 1 else 0 end) = 1 as is_source_used
    from {{ ref("fct_trade_report") }}
    where is_full_year and reported_by in ('exporter', 'importer')
    group by source, exporter_iso3, importer_iso3, year

),

judged as (

    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        x_reported_fob_usd,
        m_reported_cif_usd,
        importer_valuation,
        m_fob_at_factor_usd,
        cif_fob_factor,
        cif_fob_factor_source,
        value_exporter_origin,
        value_importer_origin,
        exporter_estimate_evidence,
        importer_estimate_evidence,
        exporter_vintage,
        importer_vintage,
        is_vintage_stale,
        is_source_used,
        case
            when exporter_iso3 = importer_iso3 then 'self trade'
            when x_reported_fob_usd is null then 'exporter''s report is missing'
            when m_fob_at_factor_usd is null then 'importer''s report is missing'
            when value_exporter_origin = 'estimated' and value_importer_origin = 'estimated'
                then 'both reports are estimates'
            when value_exporter_origin = 'estimated' then 'exporter''s report is an estimate'
            when value_importer_origin = 'estimated' then 'importer''s report is an estimate'
            when is_vintage_stale then 'a later release no longer states a report'
        end as incomparable_reason
    from sides

)

select
    judged.source,
    judged.exporter_iso3,
    exporters.country_name as exporter_name,
    judged.importer_iso3,
    importers.country_name as importer_name,
    judged.year,
    judged.x_reported_fob_usd,
    judged.m_reported_cif_usd,
    judged.importer_valuation,
    judged.m_fob_at_factor_usd,
    case when judged.incomparable_reason is null then judged.m_fob_at_factor_usd - judged.x_reported_fob_usd end
        as gap_usd,
    case
        when judged.incomparable_reason is null
            then {{ quotient("judged.m_fob_at_factor_usd", "judged.x_reported_fob_usd") }}
    end as gap_ratio,
    case
        when judged.incomparable_reason is null
            then {{ ln_of_positive(quotient("judged.m_fob_at_factor_usd", "judged.x_reported_fob_usd")) }}
    end as log_gap,
    judged.cif_fob_factor,
    judged.cif_fob_factor_source,
    judged.x_reported_fob_usd is not null as has_exporter_report,
    judged.m_fob_at_factor_usd is not null as has_importer_report,
    judged.incomparable_reason is null as is_comparable,
    judged.incomparable_reason,
    judged.value_exporter_origin,
    judged.value_importer_origin,
    judged.exporter_estimate_evidence,
    judged.importer_estimate_evidence,
    judged.exporter_vintage,
    judged.importer_vintage,
    judged.is_vintage_stale,
    judged.is_source_used
from judged
left join {{ ref("dim_country") }} as exporters
    on exporters.code = judged.exporter_iso3
    and exporters.is_canonical
left join {{ ref("dim_country") }} as importers
    on importers.code = judged.importer_iso3
    and importers.is_canonical
