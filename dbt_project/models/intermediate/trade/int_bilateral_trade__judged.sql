with preferred as (

    -- Each flow of a source under the rule of that source that fits best.
    select
        flows.source,
        flows.exporter_iso3,
        flows.importer_iso3,
        flows.year,
        rules.preferred_report,
        rules.cif_fob_factor,
        rules.factor_source,
        rules.reason,
        row_number() over (
            partition by flows.source, flows.exporter_iso3, flows.importer_iso3, flows.year
            order by rules.priority desc
        ) as rule_rank
    from (
        select distinct source, exporter_iso3, importer_iso3, year
        from {{ ref("int_bilateral_trade__reported") }}
    ) as flows
    inner join {{ ref("trade_report_preferences") }} as rules
        on rules.source = flows.source
        and (rules.exporter_iso3 is null or rules.exporter_iso3 = flows.exporter_iso3)
        and (rules.importer_iso3 is null or rules.importer_iso3 = flows.importer_iso3)
        and flows.year >= rules.valid_from_year
        and (rules.valid_to_year is null or flows.year <= rules.valid_to_year)

),

preceding as (

    -- A rule that names the reporting country goes before one for all. Ranked report by report: were the rules of each
    -- reporter joined as a table of its own, an engine may join it by year alone first, every flow to every reporter.
    select
        reports.source,
        reports.exporter_iso3,
        reports.importer_iso3,
        reports.year,
        reports.reported_by,
        reports.reporting_iso3,
        reports.trade_value_usd,
        reports.valuation,
        reports.value_fob_usd,
        reports.value_origin,
        reports.months_reported,
        reports.vintage,
        reports.is_vintage_stale,
        reports.file_id,
        rules.precedence,
        rules.reason as precedence_reason,
        row_number() over (
            partition by
                reports.source, reports.exporter_iso3, reports.importer_iso3, reports.year, reports.reported_by
            order by case when rules.reporting_iso3 is null then 1 else 0 end, rules.valid_from_year desc
        ) as rule_rank
    from {{ ref("int_bilateral_trade__reported") }} as reports
    inner join {{ ref("trade_source_precedence") }} as rules
        on rules.source = reports.source
        and (rules.reporting_iso3 is null or rules.reporting_iso3 = reports.reporting_iso3)
        and reports.year >= rules.valid_from_year
        and (rules.valid_to_year is null or reports.year <= rules.valid_to_year)

),

judged as (

    select
        reports.source,
        reports.exporter_iso3,
        reports.importer_iso3,
        reports.year,
        reports.reported_by,
        reports.reporting_iso3,
        reports.trade_value_usd,
        reports.valuation,
        -- An importer that states both valuations has its own factor; one that states free on board needs none.
        case
            when reports.reported_by <> 'importer' then null
            when reports.valuation = 'fob' then 1
            else {{ quotient("reports.trade_value_usd", "reports.value_fob_usd") }}
        end as own_factor,
        preferred.cif_fob_factor as rule_factor,
        preferred.factor_source as rule_factor_source,
        case when derived.source is not null then 'estimated' else reports.value_origin end as value_origin,
        case
            when derived.source is not null then derived.estimate_rules
            when reports.value_origin = 'estimated' then 'marked by the source'
        end as estimate_evidence,
        reports.months_reported,
        coalesce(reports.months_reported, 12) = 12 as is_full_year,
        reports.vintage,
        reports.is_vintage_stale,
        reports.file_id,
        preferred.preferred_report,
        preferred.reason as preference_reason,
        reports.precedence,
        reports.precedence_reason
    from preceding as reports
    inner join preferred
        on preferred.source = reports.source
        and preferred.exporter_iso3 = reports.exporter_iso3
        and preferred.importer_iso3 = reports.importer_iso3
        and preferred.year = reports.year
        and preferred.rule_rank = 1
    left join {{ ref("int_bilateral_trade__derived") }} as derived
        on derived.source = reports.source
        and derived.exporter_iso3 = reports.exporter_iso3
        and derived.importer_iso3 = reports.importer_iso3
        and derived.year = reports.year
        and derived.reported_by = reports.reported_by
    where reports.rule_rank = 1

)

select
    source,
    exporter_iso3,
    importer_iso3,
    year,
    reported_by,
    reporting_iso3,
    trade_value_usd,
    valuation,
    coalesce(own_factor, rule_factor) as cif_fob_factor,
    case
        when own_factor is null then rule_factor_source
        when valuation = 'fob' then 'The importer reports free on board'
        else 'The importer reports both valuations'
    end as cif_fob_factor_source,
    case
        when reported_by = 'importer' then {{ quotient("trade_value_usd", "coalesce(own_factor, rule_factor)") }}
        else trade_value_usd
    end as trade_value_fob_usd,
    value_origin,
    estimate_evidence,
    months_reported,
    is_full_year,
    vintage,
    is_vintage_stale,
    file_id,
    preferred_report,
    preference_reason,
    precedence,
    precedence_reason
from judged
