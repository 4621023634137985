with flows as (

    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        max(case when reported_by = 'exporter' then trade_value_usd end) as value_exporter_usd,
        max(case when reported_by = 'importer' then trade_value_usd end) as value_importer_usd,
        bool_or(value_origin = 'estimated') filter (where reported_by = 'exporter') as is_exporter_estimated,
        bool_or(value_origin = 'estimated') filter (where reported_by = 'importer') as is_importer_estimated
    from {{ ref("int_bilateral_trade__reported") }}
    group by source, exporter_iso3, importer_iso3, year

),

ruled as (

    select
        flows.exporter_iso3,
        flows.importer_iso3,
        flows.year,
        flows.value_exporter_usd,
        flows.value_importer_usd,
        flows.is_exporter_estimated,
        flows.is_importer_estimated,
        rules.preferred_report,
        rules.cif_fob_factor,
        row_number() over (
            partition by flows.exporter_iso3, flows.importer_iso3, flows.year
            order by rules.priority desc
        ) as rule_rank
    from flows
    inner join {{ ref("trade_report_preferences") }} as rules
        on rules.source = flows.source
        and (rules.exporter_iso3 is null or rules.exporter_iso3 = flows.exporter_iso3)
        and (rules.importer_iso3 is null or rules.importer_iso3 = flows.importer_iso3)
        and flows.year >= rules.valid_from_year
        and (rules.valid_to_year is null or flows.year <= rules.valid_to_year)

),

ranked as (

    -- A report proper beats an estimate, whoever is preferred: the estimate is made from the other side anyway.
    select
        ruled.exporter_iso3,
        ruled.importer_iso3,
        ruled.year,
        ruled.value_exporter_usd,
        ruled.value_importer_usd,
        ruled.is_exporter_estimated,
        ruled.is_importer_estimated,
        ruled.cif_fob_factor,
        reports.reported_by,
        reports.trade_value_usd,
        reports.value_origin,
        reports.vintage,
        reports.file_id,
        row_number() over (
            partition by ruled.exporter_iso3, ruled.importer_iso3, ruled.year
            order by
                case when reports.value_origin = 'estimated' then 1 else 0 end,
                case when reports.reported_by = ruled.preferred_report then 0 else 1 end
        ) as report_rank
    from ruled
    inner join {{ ref("int_bilateral_trade__reported") }} as reports
        on reports.exporter_iso3 = ruled.exporter_iso3
        and reports.importer_iso3 = ruled.importer_iso3
        and reports.year = ruled.year
    where ruled.rule_rank = 1

)

select
    exporter_iso3,
    importer_iso3,
    year,
    value_exporter_usd,
    value_importer_usd,
    is_exporter_estimated,
    is_importer_estimated,
    cif_fob_factor,
    case
        when reported_by = 'exporter' then trade_value_usd
        else {{ quotient("trade_value_usd", "cif_fob_factor") }}
    end as value_final_usd,
    case
        when value_origin = 'reported' and reported_by = 'importer' then 'mirrored'
        else value_origin
    end as value_origin,
    vintage,
    file_id
from ranked
where report_rank = 1
